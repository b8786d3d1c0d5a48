// Trace ids that wait until a time.

/** A queue of ids in the order of their due time. Each id is in it once. */
export class WaitQueue {
  /** Due times by id. A Map iterates in the order of insertion, which is the order of the due times. */
  readonly #dueMs = new Map<string, number>();

  /**
   * Adds an id, or moves it to the end.
   *
   * @param id the id
   * @param dueMs the due time, not before that of any other id in the queue
   */
  add(id: string, dueMs: number): void {
    this.#dueMs.delete(id);
    this.#dueMs.set(id, dueMs);
  }

  /** Removes an id, if it is in the queue. */
  delete(id: string): void {
    this.#dueMs.delete(id);
  }

  /** The earliest due time, or infinity if the queue is empty. */
  nextDueMs(): number {
    return this.#dueMs.values().next().value ?? Number.POSITIVE_INFINITY;
  }

  /** Removes and returns the ids whose due time has come. */
  takeDue(nowMs: number): string[] {
    const due: string[] = [];
    for (const [id, dueMs] of this.#dueMs) {
      if (dueMs > nowMs) break;
      this.#dueMs.delete(id);
      due.push(id);
    }
    return due;
  }

  /** Removes and returns all ids. */
  takeAll(): string[] {
    const ids = [...this.#dueMs.keys()];
    this.#dueMs.clear();
    return ids;
  }
}
