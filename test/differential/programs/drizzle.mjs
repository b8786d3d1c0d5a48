// A batch takes the queries and runs them itself. A query that was started already inserts a second row.
import { createClient } from '@libsql/client';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/libsql';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

const users = sqliteTable('users', { id: integer('id').primaryKey(), name: text('name') });

export async function program({ span }) {
  const db = drizzle(createClient({ url: ':memory:' }));
  await db.run(sql`create table users (id integer primary key, name text)`);
  const insert = name => span('insert', () => db.insert(users).values({ name }));
  await db.batch([insert('a'), insert('b')]);
  await insert('c').returning();
  await insert('d');
  insert('never awaited');
  const rows = await span('select', () => db.select().from(users).orderBy(users.id));
  return rows;
}
