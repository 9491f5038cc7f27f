const SWEEP_EVERY = 500;

/** Sessions, codes, grants and refresh tokens in memory, in the shape that oidc-provider asks of an adapter. */
export class MemoryStore {
  static #entries = new Map();
  static #writes = 0;
  #model;

  constructor(model) {
    this.#model = model;
  }

  async upsert(id, payload, expiresIn) {
    if (++MemoryStore.#writes % SWEEP_EVERY === 0) this.#sweep();
    MemoryStore.#entries.set(this.#key(id), { model: this.#model, payload, until: Date.now() + expiresIn * 1000 });
  }

  async find(id) {
    const entry = MemoryStore.#entries.get(this.#key(id));
    return entry && entry.until > Date.now() ? entry.payload : undefined;
  }

  async findByUid(uid) {
    return this.#of(this.#model, ({ payload }) => payload.uid === uid)[0]?.[1].payload;
  }

  async consume(id) {
    MemoryStore.#entries.get(this.#key(id)).payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    MemoryStore.#entries.delete(this.#key(id));
  }

  async revokeByGrantId(grantId) {
    for (const [key] of this.#of(this.#model, ({ payload }) => payload.grantId === grantId)) MemoryStore.#entries.delete(key);
  }

  #key(id) {
    return `${this.#model}:${id}`;
  }

  #of(model, matches) {
    return [...MemoryStore.#entries].filter(([, entry]) => entry.model === model && entry.until > Date.now() && matches(entry));
  }

  #sweep() {
    for (const [key, { until }] of MemoryStore.#entries) if (until <= Date.now()) MemoryStore.#entries.delete(key);
  }
}
