// APIPromise: a promise that parses the response on demand, and hands out the response itself.
import OpenAI from 'openai';

export async function program({ span, base }) {
  const clientFor = path => new OpenAI({ apiKey: 'key', baseURL: base + path, maxRetries: 0 });
  const ask = (path, more) => clientFor(path).chat.completions.create({ model: 'm', messages: [], ...more });
  const results = [];
  try {
    await span('limited', () => ask('/429')).withResponse();
  } catch (error) {
    results.push(error.status);
  }
  results.push((await span('parsed', () => ask(''))).id);
  results.push((await span('response', () => ask('')).asResponse()).status);
  const { data, response } = await span('both', () => ask('')).withResponse();
  results.push([data.id, response.status]);
  const ids = [];
  for await (const chunk of await span('stream', () => ask('/stream', { stream: true }))) ids.push(chunk.id);
  return [...results, ids];
}
