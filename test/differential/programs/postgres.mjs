// A query is a fragment of another one. A fragment that is started fails, and ends the process.
import postgres from 'postgres';

export async function program({ span }) {
  const sql = postgres('postgres://127.0.0.1:1/none', { max: 1, connect_timeout: 1 });
  const fragment = span('fragment', () => sql`where id = ${1}`);
  const code = await span('query', () => sql`select * from users ${fragment}`).catch(error => error.code);
  await sql.end({ timeout: 0 });
  return [fragment.constructor.name, code];
}
