// A query builder: part of another query, cloned, awaited.
import knexLibrary from 'knex';

export async function program({ span }) {
  const knex = knexLibrary({ client: 'pg' });
  const query = span('query', () => knex('users').where({ id: 1 }));
  const inner = knex.select('*').from(query.as('inner')).toSQL().sql;
  const error = await span('awaited', () => knex('users').where({ id: 2 })).catch(
    reason => reason.constructor.name,
  );
  await knex.destroy();
  return [query.clone().limit(1).toSQL().sql, inner, error];
}
