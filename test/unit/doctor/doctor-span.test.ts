import { expect, it } from 'vitest';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { createDoctorSpan, SPAN_NAME } from '../../../src/doctor/doctor-span.js';
import { probeTarget } from '../../support/doctor-fixture.js';
import { decodeRequest } from '../../support/spans.js';

it('the span has the resource of the target, and the ids that its bytes contain', async () => {
  const span = await createDoctorSpan(probeTarget('http://collector.test'));
  const request = decodeRequest(span?.bytes ?? new Uint8Array());
  expect(request).toMatchObject({
    resourceSpans: [{ resource: { attributes: [{ key: 'service.name' }] } }],
  });
  const text = JSON.stringify(request);
  expect(text).toContain(`"name":"${SPAN_NAME}"`);
  expect(text).toContain(Buffer.from(span?.traceId ?? '', 'hex').toString('base64'));
  expect(text).toContain(Buffer.from(span?.spanId ?? '', 'hex').toString('base64'));
});

it('the shape of the destination applies to it', async () => {
  const endpoint = new URL('http://collector.test/v1/traces');
  const shape = (span: ReadableSpan): ReadableSpan => Object.create(span, { name: { value: 'shaped' } });
  const shaped = await createDoctorSpan(
    probeTarget('http://collector.test', { destination: { name: 'mine', endpoint, shape } }),
  );
  expect(JSON.stringify(decodeRequest(shaped?.bytes ?? new Uint8Array()))).toContain('"name":"shaped"');
});
