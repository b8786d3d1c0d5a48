// The documented forms of a request with node:http and node:https, generated: every first argument, every shape of headers,
// methods, bodies, agents, changes after the creation, and mistakes. Each form runs against a server that records the bytes
// of the request, and returns what the application observes.

import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { Readable } from 'node:stream';

const PROPAGATION = /^(traceparent|tracestate|baggage):/i;

/** Propagation headers that the application sets itself, as a gateway or another SDK does. */
const FORWARDED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Starts a server that records the bytes of each request and answers with `ok`. */
export async function startRecordingServer(listenOptions = { port: 0, host: '127.0.0.1' }) {
  const requests = [];
  const sockets = new Set();
  const server = net.createServer(socket => {
    let received = '';
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', chunk => {
      received += chunk.toString('latin1');
      if (!isComplete(received)) return;
      requests.push(received);
      const isHead = received.startsWith('HEAD');
      const isConnect = received.startsWith('CONNECT');
      received = '';
      if (isConnect) socket.end('HTTP/1.1 200 Connected\r\n\r\n');
      else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Answer: a\r\n\r\n${isHead ? '' : 'ok'}`);
    });
  });
  server.listen(listenOptions);
  await once(server, 'listening');
  return {
    port: server.address().port,
    takeRequests: () => requests.splice(0),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function isComplete(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = text.slice(0, end).toLowerCase();
  const body = text.slice(end + 4);
  if (/\r\ntransfer-encoding: chunked/.test(head)) return /(^|\r\n)0\r\n(.*\r\n)?\r\n$/s.test(body);
  return body.length >= Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
}

/** The request without its propagation headers, and those headers. */
export function splitPropagation(request) {
  const end = request.indexOf('\r\n\r\n');
  const lines = request.slice(0, end).split('\r\n');
  return {
    rest: lines.filter(line => !PROPAGATION.test(line)).join('\r\n') + request.slice(end),
    propagation: lines.filter(line => PROPAGATION.test(line)),
  };
}

/** Everything that one form does and observes. It contains nothing that differs between two runs. */
export async function runForm(form, server) {
  const observed = { events: [], error: undefined, status: undefined, body: undefined, after: undefined };
  let timer;
  const limit = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${form.name} did not end`)), MAX_MS);
  });
  try {
    await Promise.race([form.send(server, observed), limit]);
  } catch (error) {
    observed.error = describeError(error);
  }
  clearTimeout(timer);
  return { observed: structuredClone(observed), requests: server.takeRequests() };
}

/**
 * Compares the run of a form without tracing with one inside a span.
 *
 * @returns the first difference, as text; undefined if only the propagation headers differ, and each request has those of
 * its span
 */
export function findDifference(untraced, traced) {
  const [before, after] = [untraced, traced].map(({ observed, requests }) =>
    JSON.stringify([observed, requests.map(request => splitPropagation(request).rest)], undefined, 1),
  );
  if (before !== after) return `untraced: ${before}\ntraced: ${after}`;
  for (const [index, request] of traced.requests.entries()) {
    const { propagation } = splitPropagation(request);
    const own = splitPropagation(untraced.requests[index]).propagation.filter(line => /^baggage/i.test(line));
    const expected = [/^traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]$/, ...own];
    const isExpected = (line, position) =>
      typeof expected[position] === 'string' ? line === expected[position] : expected[position]?.test(line);
    const sorted = propagation.toSorted((a, b) => Number(/^baggage/i.test(a)) - Number(/^baggage/i.test(b)));
    if (sorted.length !== expected.length || !sorted.every(isExpected)) {
      return `propagation headers: ${JSON.stringify(propagation)}`;
    }
  }
  return undefined;
}

const MAX_MS = 20_000;

/** `Promise.withResolvers` of newer versions. */
function withResolvers() {
  let resolve;
  const promise = new Promise(resolveIt => (resolve = resolveIt));
  return { promise, resolve };
}

function describeError(error) {
  return { name: error?.name, code: error?.code, message: error?.message, isError: error instanceof Error };
}

/** Waits for the end of a request, as an application observes it. */
function observe(request, observed, response) {
  observed.keys = Object.keys(request);
  for (const event of ['socket', 'continue', 'finish', 'timeout', 'abort']) {
    request.on(event, () => observed.events.push(event));
  }
  void response.then(received => {
    observed.status = received.statusCode;
    observed.body = '';
    received.setEncoding('utf8');
    received.on('data', text => (observed.body += text));
    received.on('end', () => observed.events.push('end'));
  });
  return new Promise(resolve => {
    request.on('error', error => (observed.error = describeError(error)));
    request.on('connect', (_response, socket) => socket.destroy());
    request.on('close', () => {
      observed.events.push('close');
      observed.after = { path: request.path, method: request.method, headersSent: request.headersSent };
      resolve();
    });
  });
}

/** The forms: combinations of the parts below, and forms of their own. */
export function listForms() {
  return [...combineParts(), ...listSingleForms()];
}

const FUNCTIONS = {
  'http.request': { call: (...args) => http.request(...args), protocol: 'http:' },
  'http.get': { call: (...args) => http.get(...args), protocol: 'http:', ends: true },
  'new ClientRequest': { call: (...args) => new http.ClientRequest(...args), protocol: 'http:' },
  // Over a plain connection, so that the bytes can be recorded.
  'https.request': { call: (...args) => https.request(...args), protocol: 'https:', isPlain: true },
  'https.get': { call: (...args) => https.get(...args), protocol: 'https:', isPlain: true, ends: true },
};

/** The first arguments: each takes the URL and the options, and returns the arguments before the callback. */
const ARGUMENTS = {
  options: (url, options) => [{ ...fromUrl(url), ...options }],
  'url text': (url, options) => (isEmpty(options) ? [url.href] : undefined),
  'URL object': (url, options) => (isEmpty(options) ? [url] : undefined),
  'url text, options': (url, options) => [url.href, options],
  'URL object, options': (url, options) => [url, options],
  'frozen options': (url, options) => [Object.freeze({ ...fromUrl(url), ...options })],
  'options without a prototype': (url, options) => [
    Object.assign(Object.create(null), fromUrl(url), options),
  ],
  'URL of a subclass': (url, options) => [new (class extends URL {})(url.href), options],
  'undefined options': (url, options) => (isEmpty(options) ? [url.href, undefined] : undefined),
};

const HEADERS = {
  none: undefined,
  object: { 'X-Id': '1', Authorization: 'Bearer t', accept: '*/*' },
  'object with lists': { 'X-List': ['a', 'b'], 'X-Number': 7 },
  'object without a prototype': Object.assign(Object.create(null), { 'x-id': '1' }),
  'object with propagation headers': {
    'X-Id': '1',
    TraceParent: FORWARDED,
    TRACESTATE: 'vendor=1',
    Baggage: 'tenant=app',
    accept: '*/*',
  },
  'object with undefined': { 'x-id': undefined },
  'flat list': ['Host', 'h.example', 'Authorization', 'Bearer t', 'X-Id', '1'],
  'flat list with propagation headers': [
    'Host',
    'h.example',
    'traceparent',
    FORWARDED,
    'X-Id',
    '1',
    'TraceParent',
    FORWARDED,
    'tracestate',
    'vendor=1',
    'Authorization',
    'Bearer t',
  ],
  'list of pairs': [
    ['Host', 'h.example'],
    ['Authorization', 'Bearer t'],
  ],
  'list of pairs with propagation headers': [
    ['Host', 'h.example'],
    ['Traceparent', FORWARDED],
    ['X-Id', '1'],
    ['tracestate', 'vendor=1'],
  ],
  'empty list': [],
  'list of odd length': ['Host', 'h.example', 'X-Id'],
  'host and connection': { Host: 'virtual.example', Connection: 'close' },
};

const SENDINGS = {
  GET: { options: {}, send: request => request.end() },
  'get in lower case': { options: { method: 'get' }, send: request => request.end() },
  HEAD: { options: { method: 'HEAD' }, send: request => request.end() },
  'DELETE with a path': { options: { method: 'DELETE', path: '/a%20b?x=1&sig=s#f' }, send: r => r.end() },
  PROPFIND: { options: { method: 'PROPFIND' }, send: request => request.end() },
  'POST text': { options: { method: 'POST' }, send: request => request.end('abc') },
  'POST in parts': {
    options: { method: 'POST' },
    send(request) {
      request.write('a');
      request.write('b');
      request.end('c');
    },
  },
  'PUT with a later end': {
    options: { method: 'PUT' },
    send(request) {
      request.write('abc');
      setTimeout(() => request.end(), 5);
    },
  },
};

function combineParts() {
  const forms = [];
  for (const [name, fn] of Object.entries(FUNCTIONS)) {
    for (const [argumentName, createArguments] of Object.entries(ARGUMENTS)) {
      for (const [headerName, headers] of Object.entries(HEADERS)) {
        for (const [sendingName, sending] of Object.entries(SENDINGS)) {
          if (fn.ends === true && sendingName !== 'GET') continue;
          for (const listens of ['callback', 'event']) {
            forms.push({
              name: [name, argumentName, `headers: ${headerName}`, sendingName, listens].join(', '),
              send: (server, observed) =>
                sendParts(server, observed, { fn, createArguments, headers, sending, listens }),
            });
          }
        }
      }
    }
  }
  // All pairs of neighbouring parts occur in far fewer forms than there are.
  return forms.filter((_form, index) => index % 7 === 0);
}

async function sendParts(server, observed, { fn, createArguments, headers, sending, listens }) {
  const url = new URL(`${fn.protocol}//127.0.0.1:${server.port}/orders?page=2`);
  const options = { ...sending.options, ...(headers === undefined ? {} : { headers }) };
  if (fn.isPlain === true) options.createConnection = () => net.connect(server.port, '127.0.0.1');
  else if (fn.call !== FUNCTIONS['http.get'].call && listens === 'event') options.agent = new http.Agent();
  // A ClientRequest takes the agent of node:http for https, as well.
  const args = createArguments(url, options);
  if (args === undefined) return;
  const given = JSON.stringify(args);
  const { promise: response, resolve } = withResolvers();
  const request = listens === 'callback' ? fn.call(...args, resolve) : fn.call(...args);
  if (listens === 'event') request.on('response', resolve);
  observed.isClientRequest = request instanceof http.ClientRequest;
  observed.isUnchanged = JSON.stringify(args) === given;
  const ended = observe(request, observed, response);
  if (fn.ends !== true) sending.send(request);
  await ended;
  options.agent?.destroy();
}

/** Forms that are not combinations. */
function listSingleForms() {
  const simple = (name, options, use = request => request.end()) => ({
    name,
    async send(server, observed) {
      const { promise: response, resolve } = withResolvers();
      const given = Object.getOwnPropertyDescriptors(options(server));
      const all = { host: '127.0.0.1', port: server.port, agent: false };
      const request = http.request(Object.defineProperties(all, given), resolve);
      const ended = observe(request, observed, response);
      await use(request, observed, server);
      await ended;
    },
  });
  return [
    simple('options.auth', () => ({ auth: 'user:secret' })),
    simple('options.setHost: false', () => ({ setHost: false })),
    simple('options.setHost: false and setDefaultHeaders: false', () => ({
      setHost: false,
      setDefaultHeaders: false,
    })),
    simple('options.uniqueHeaders', () => ({ uniqueHeaders: ['x-a'], headers: { 'x-a': ['1', '2'] } })),
    simple('port as text, hostname', ({ port }) => ({ hostname: '127.0.0.1', port: String(port) })),
    simple('a host header in a list with a port', ({ port }) => ({ headers: ['host', `a:${port}`] })),
    simple('a path for a proxy', () => ({ path: 'http://target.example:81/a?b=1' })),
    simple(
      'expect',
      () => ({ method: 'POST', headers: { Expect: '100-continue' } }),
      r => r.end('abc'),
    ),
    simple(
      'expect in a list',
      () => ({ method: 'POST', headers: ['Expect', '100-continue'] }),
      r => {
        r.end('abc');
      },
    ),
    simple('OPTIONS *', () => ({ method: 'OPTIONS', path: '*' })),
    simple('CONNECT', () => ({ method: 'CONNECT', path: 'target.example:443' })),
    simple('an own agent with one socket', () => ({
      agent: new http.Agent({ keepAlive: true, maxSockets: 1 }),
    })),
    simple('createConnection without an agent', ({ port }) => ({
      agent: undefined,
      createConnection: () => net.connect(port, '127.0.0.1'),
    })),
    simple('createConnection with a callback', ({ port }) => ({
      agent: undefined,
      createConnection(_options, done) {
        setImmediate(() => done(null, net.connect(port, '127.0.0.1')));
      },
    })),
    simple('an agent that is not an Agent', ({ port }) => ({
      agent: {
        protocol: 'http:',
        addRequest(request) {
          request.onSocket(net.connect(port, '127.0.0.1'));
        },
      },
    })),
    simple(
      'setHeader and removeHeader',
      () => ({ headers: { a: '1', b: '2' } }),
      request => {
        request.setHeader('X-Late', ['1', '2']);
        request.removeHeader('A');
        request.end();
      },
    ),
    simple(
      'setHeader with propagation headers',
      () => ({}),
      (request, observed) => {
        request.setHeader('TraceParent', FORWARDED);
        request.setHeader('tracestate', 'vendor=1');
        request.setHeader('X-After', '1');
        observed.traceparent = request.getHeader('traceparent');
        request.end();
      },
    ),
    simple(
      'removal of a propagation header',
      () => ({ headers: { traceparent: FORWARDED } }),
      request => {
        request.removeHeader('traceparent');
        request.end();
      },
    ),
    simple(
      'appendHeader',
      () => ({}),
      request => {
        request.appendHeader('x-a', '1');
        request.appendHeader('x-a', '2');
        request.end();
      },
    ),
    simple(
      'setHeaders',
      () => ({}),
      request => {
        request.setHeaders(new Headers({ 'x-a': '1', traceparent: FORWARDED }));
        request.end();
      },
    ),
    simple(
      'setHeader after the head was sent',
      () => ({}),
      (request, observed) => {
        request.flushHeaders();
        try {
          request.setHeader('x-a', '1');
        } catch (error) {
          observed.thrown = describeError(error);
        }
        request.end();
      },
    ),
    simple(
      'flushHeaders, then a body',
      () => ({ method: 'POST' }),
      request => {
        request.flushHeaders();
        setImmediate(() => request.end('abc'));
      },
    ),
    simple(
      'trailers',
      () => ({ method: 'POST', headers: { Trailer: 'x-sum' } }),
      request => {
        request.write('abc');
        request.addTrailers({ 'x-sum': '1' });
        request.end();
      },
    ),
    simple(
      'a piped body',
      () => ({ method: 'POST' }),
      request => {
        Readable.from(['a', 'b']).pipe(request);
      },
    ),
    simple(
      'methods of the request return it',
      () => ({}),
      (request, observed) => {
        observed.same = [request.setTimeout(1000), request.setNoDelay(), request.end()].map(
          value => value === request,
        );
      },
    ),
    simple(
      'destroy before the response',
      () => ({}),
      request => request.destroy(),
    ),
    simple(
      'destroy with an error',
      () => ({}),
      request => request.destroy(new Error('mine')),
    ),
    simple('an aborted signal', () => ({ signal: AbortSignal.abort() })),
    simple('a refused connection', () => ({ port: 1, host: '127.0.0.1' })),
    simple('an invalid header value', () => ({ headers: { 'x-a': 'a\nb' } })),
    simple('an invalid header value in a list', () => ({ headers: ['x-a', 'a\nb'] })),
    simple('an invalid header name', () => ({ headers: { 'x a': '1' } })),
    simple('an invalid method', () => ({ method: 'A B' })),
    simple('an invalid path', () => ({ path: '/a b' })),
    simple('a wrong protocol', () => ({ protocol: 'ftp:' })),
    simple('a wrong agent', () => ({ agent: 'agent' })),
    simple('a wrong list of unique headers', () => ({ headers: ['a', '1'], uniqueHeaders: [1] })),
    simple('a getter that throws', () => ({
      get headers() {
        throw new Error('getter');
      },
    })),
    {
      name: 'an invalid URL',
      send: () => void http.request('not a URL'),
    },
    {
      name: 'no argument',
      async send(_server, observed) {
        const request = http.request();
        observed.target = [request.method, request.path, request.host];
        const failed = once(request, 'error');
        request.destroy();
        await failed;
      },
    },
    {
      name: 'a queue in front of one socket',
      async send(server, observed) {
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const bodies = [1, 2, 3].map(async id => {
          const request = http.get({ host: '127.0.0.1', port: server.port, path: `/${id}`, agent });
          const [response] = await once(request, 'response');
          return [id, request.reusedSocket, (await response.toArray()).join('')];
        });
        observed.bodies = await Promise.all(bodies);
        agent.destroy();
      },
    },
    {
      name: 'a response that nobody listens to',
      async send(server, observed) {
        const request = http.get({ host: '127.0.0.1', port: server.port, agent: false });
        await once(request, 'close');
        observed.isDumped = request.res?._dumped;
      },
    },
    {
      name: 'a response that is not read',
      async send(server, observed) {
        const request = http.get({ host: '127.0.0.1', port: server.port, agent: false });
        const [response] = await once(request, 'response');
        await new Promise(resolve => setTimeout(resolve, 20));
        observed.flowing = response.readableFlowing;
        observed.length = response.readableLength;
        response.destroy();
        await once(request, 'close');
      },
    },
  ];
}

function fromUrl(url) {
  return { protocol: url.protocol, hostname: url.hostname, port: url.port, path: url.pathname + url.search };
}

function isEmpty(options) {
  return Object.keys(options).length === 0;
}
