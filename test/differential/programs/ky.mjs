// A promise with methods. The application handles the rejection of the derived promise only.
import ky from 'ky';

export async function program({ span, base }) {
  const results = [];
  try {
    await span('missing', () => ky.get(`${base}/404`, { retry: 0 })).json();
  } catch (error) {
    results.push(error.name);
  }
  results.push(await span('json', () => ky.get(base)).json());
  results.push((await span('response', () => ky.get(base))).status);
  results.push(await span('text', () => ky.post(base, { json: { a: 1 } }).text()));
  return results;
}
