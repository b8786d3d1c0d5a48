// A query builder without `then`: `execute` runs the query.
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';

export async function program({ span }) {
  const db = new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: instance => new SqliteIntrospector(instance),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  const query = span('query', () => db.selectFrom('users').selectAll().where('id', '=', 1));
  return [query.compile().sql, await span('execute', () => query.execute())];
}
