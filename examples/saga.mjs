// A saga: steps over services without a common transaction. If one fails, the completed steps are undone in reverse
// order. The trace shows the failure and each undo, with a link to the step that it undoes.
//
//   node examples/saga.mjs

import { init, trace } from '@do/trace';
import { consoleTree } from '@do/trace/exporters';

init({ service: 'travel', exporter: consoleTree({ stream: process.stdout }) });

/** Runs the steps. On a failure it undoes the completed ones and throws the failure. */
async function runSaga(name, steps, input) {
  await trace.span(`saga ${name}`, async saga => {
    const done = [];
    try {
      for (const step of steps) {
        await trace.span(step.name, async span => {
          await step.act(input);
          done.push({ step, context: span.spanContext() });
        });
      }
      saga.setAttribute('saga.outcome', 'completed');
    } catch (error) {
      const undone = await trace.span('compensate', () => compensate(done, input));
      saga.setAttribute('saga.outcome', undone ? 'compensated' : 'stuck');
      throw error;
    }
  });
}

/** Tries to undo every step, also after one that cannot be undone. */
async function compensate(done, input) {
  let complete = true;
  for (const { step, context } of done.toReversed()) {
    try {
      // The link leads to the step that is undone.
      await trace.span(`undo ${step.name}`, { links: [{ context }] }, () => step.undo(input));
    } catch (error) {
      complete = false;
      console.log(`  '${step.name}' must be undone by hand: ${error.message}`);
    }
  }
  return complete;
}

const step = (name, act = () => {}, undo = () => {}) => ({
  name,
  act: async trip => act(trip),
  undo: async trip => undo(trip),
});

const steps = [
  step('bookFlight', undefined, ({ to }) => {
    if (to === 'Atlantis') throw new Error('the airline does not answer');
  }),
  step('bookHotel'),
  step('chargeCard', ({ card }) => {
    if (card === 'expired') throw new TypeError('the card has expired');
  }),
];

for (const trip of [
  { to: 'Oslo', card: 'valid' },
  { to: 'Lima', card: 'expired' },
  { to: 'Atlantis', card: 'expired' },
]) {
  try {
    await runSaga('bookTrip', steps, trip);
    console.log(`${trip.to}: booked`);
  } catch (error) {
    console.log(`${trip.to}: not booked, ${error.message}`);
  }
}
await trace.shutdown();
