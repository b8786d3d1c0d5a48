// Clients of HTTP: results, errors and requests.
import axios from 'axios';
import nodeFetch from 'node-fetch';
import superagent from 'superagent';
import { request } from 'undici';

export async function program({ span, base }) {
  const viaAxios = await span('axios', () => axios.post(base, { a: 1 }));
  const missing = await span('missing', () => axios.get(`${base}/404`)).catch(error => error.response.status);
  const viaFetch = await span('fetch', () => fetch(`${base}/stream`));
  const viaNodeFetch = await span('node-fetch', () => nodeFetch(base));
  const viaUndici = await span('undici', () => request(base, { headers: ['x-one', '1', 'x-two', '2'] }));
  const viaSuperagent = await span('superagent', () => superagent.get(base).query({ a: 1 }));
  // A request of superagent is a lazy thenable.
  const later = span('later', () => superagent.get(`${base}/later`));
  later.set('x-later', '1');
  return [
    viaAxios.data,
    missing,
    await viaFetch.text(),
    await viaNodeFetch.json(),
    await viaUndici.body.json(),
    viaSuperagent.body,
    (await later).status,
  ];
}
