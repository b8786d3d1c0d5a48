// A lazy query with a `then`, a `catch` and a `finally` of its own.
import mongoose from 'mongoose';

export async function program({ span }) {
  const Order = mongoose.model('Order', new mongoose.Schema({ total: Number }, { bufferCommands: false }));
  const find = () => span('find', () => Order.find({ total: { $gt: 5 } }));
  const query = find().sort('total').limit(2);
  const byThen = await find().then(
    () => 'found',
    error => error.name,
  );
  const byCatch = await find().catch(error => error.name);
  const byAwait = await (async () => await find())().catch(error => error.name);
  return [query.getFilter(), query.getOptions(), byThen, byCatch, byAwait];
}
