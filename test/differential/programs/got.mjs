// A cancelable promise with methods.
import got from 'got';

export async function program({ span, base }) {
  const json = await span('json', () => got(base)).json();
  const request = span('cancelled', () => got(`${base}/stream`));
  request.cancel();
  const error = await request.catch(reason => reason.name);
  const missing = await span('missing', () => got(`${base}/404`, { retry: { limit: 0 } })).catch(
    reason => reason.code,
  );
  return [json, error, missing];
}
