// Answers of Node.js's http.createServer to raw requests: reads {name: [part, ...]} as JSON with Latin-1 text, writes
// {versions, answers: {name: {answers, open}}}. Each accepted request is answered with what was understood of it.
import http from 'node:http';
import net from 'node:net';

const QUIET_MS = Number(process.env.QUIET_MS || 400);
const ABREAST = 60;

const server = http.createServer((request, response) => {
  const body = [];
  request.on('data', (piece) => body.push(piece));
  request.on('error', () => {});
  request.on('end', () => {
    const seen = [request.method, request.url, Buffer.concat(body).toString('latin1')];
    response.setHeader('X-Seen', Buffer.from(JSON.stringify(seen)).toString('base64'));
    response.setHeader('Content-Length', '0');
    response.end();
  });
});

const sleepUntilQuiet = (state) => new Promise((resolve) => {
  const look = () => (Date.now() - state.heard >= QUIET_MS || state.closed ? resolve() : setTimeout(look, 20));
  look();
});

async function answersTo(port, parts) {
  const state = { heard: Date.now(), closed: false, got: '' };
  const client = net.connect({ port, host: '127.0.0.1', noDelay: true });
  client.on('data', (piece) => { state.got += piece.toString('latin1'); state.heard = Date.now(); });
  client.on('end', () => { state.closed = true; });
  client.on('error', () => { state.closed = true; });
  client.on('close', () => { state.closed = true; });
  await new Promise((resolve) => client.on('connect', resolve));
  for (const part of parts) {
    if (!state.closed) client.write(Buffer.from(part, 'latin1'));
    state.heard = Date.now();
    await sleepUntilQuiet(state);
  }
  client.destroy();
  const answers = [];
  for (const [head, status] of state.got.matchAll(/HTTP\/1\.1 (\d{3}) [^]*?\r\n\r\n/g)) {
    const seen = /\r\nX-Seen: (\S+)/.exec(head);
    if (Number(status) >= 200) {
      answers.push(seen ? [Number(status), ...JSON.parse(Buffer.from(seen[1], 'base64'))] : [Number(status)]);
    }
  }
  return { answers, open: !state.closed };
}

let input = '';
for await (const piece of process.stdin) input += piece;
const cases = Object.entries(JSON.parse(input));
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const found = {};
  const work = async () => {
    for (let next = cases.shift(); next; next = cases.shift()) found[next[0]] = await answersTo(port, next[1]);
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
  const { node, llhttp } = process.versions;
  process.stdout.write(JSON.stringify({ versions: { node, llhttp }, answers: found }), () => process.exit(0));
});
