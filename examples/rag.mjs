// Retrieval-augmented generation: retrieve, rerank, and generate an answer that is streamed to the reader. The span of
// `generate` ends when the last token has been read. An event marks the first token.
//
//   node examples/rag.mjs

import { setTimeout as pause } from 'node:timers/promises';
import { init, trace } from '@do/trace';
import { consoleTree } from '@do/trace/exporters';

init({ service: 'assistant', exporter: consoleTree({ stream: process.stdout }) });

const DOCUMENTS = [
  { id: 'returns', text: 'Goods can be returned within 30 days' },
  { id: 'shipping', text: 'Shipping takes two days within the country' },
  { id: 'refunds', text: 'Refunds for returned goods take five days' },
  { id: 'careers', text: 'We are looking for gardeners' },
];

const words = text => new Set(text.toLowerCase().match(/[a-z]+/g));
const common = (one, other) => [...words(one)].filter(word => words(other).has(word)).length;

// Arguments are recorded only through `attributes`: the length is, the question is not.
const embed = trace.wrap('embed', async text => (await pause(5), [...words(text)]), {
  kind: 'client',
  attributes: text => ({
    'gen_ai.operation.name': 'embeddings',
    'gen_ai.request.model': 'tiny-embed',
    'text.length': text.length,
  }),
});

const retrieve = trace.wrap('retrieve', async question => {
  const terms = await embed(question);
  const found = await trace.span('searchIndex', { kind: 'client' }, async span => {
    await pause(10);
    const hits = DOCUMENTS.filter(({ text }) => terms.some(term => words(text).has(term)));
    span.setAttribute('db.response.returned_rows', hits.length);
    return hits;
  });
  return found;
});

const rerank = trace.wrap('rerank', async (question, documents) => {
  await pause(3);
  const ranked = documents
    .toSorted((a, b) => common(question, b.text) - common(question, a.text))
    .slice(0, 2);
  trace.setAttributes({ 'rerank.in': documents.length, 'rerank.out': ranked.map(({ id }) => id) });
  return ranked;
});

/** The answer of a model, token by token. The span of a generator ends when it has been read or is left early. */
const generate = trace.wrap(
  'generate',
  async function* (question, documents) {
    let tokens = 0;
    const answer = `${documents.map(({ text }) => text).join('. ')}.\n`;
    for (const token of answer.split(/(?<= )/)) {
      await pause(1);
      if (++tokens === 1) trace.addEvent('first token');
      yield token;
    }
    trace.setAttributes({
      'gen_ai.usage.input_tokens': words(question).size,
      'gen_ai.usage.output_tokens': tokens,
    });
  },
  { kind: 'client', attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'tiny-chat' } },
);

/** The pipeline passes the stream on. Its span lasts as long as that of the answer. */
async function* answer(question) {
  const documents = await rerank(question, await retrieve(question));
  yield* generate(question, documents);
}
const ask = trace.wrap('answerQuestion', answer);

for await (const token of ask('How long do refunds for returned goods take?')) process.stdout.write(token);

// A reader that stops early also ends the spans. That is not an error.
for await (const token of ask('Where do the gardeners work within?')) {
  console.log(`${token}… (the reader stopped)`);
  break;
}
await trace.shutdown();
