// A saga: steps over services that have no common transaction. When one fails, those that were done are undone in
// reverse; the trace shows what failed, what was compensated, and which undo answers which step.
//
//   node examples/saga.mjs

import { init, trace } from '@do/trace';
import { consoleTree } from '@do/trace/exporters';

init({ service: 'travel', exporter: consoleTree({ stream: process.stdout }) });

/** Runs the steps; on a failure compensates, and throws the failure that began it. */
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

/** Every step is tried: one that cannot be undone must not keep the others. */
async function compensate(done, input) {
  let complete = true;
  for (const { step, context } of done.toReversed()) {
    try {
      // The link says which step is undone, however far apart they stand.
      await trace.span(`undo ${step.name}`, { links: [{ context }] }, () => step.undo(input));
    } catch (error) {
      complete = false;
      console.log(`  a person must look at '${step.name}': ${error.message}`);
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
