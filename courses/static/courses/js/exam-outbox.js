/* Changes not acknowledged yet, kept on this device: IndexedDB, else localStorage.

   One entry for each attempt, window and question:
   {id, attempt, tab, question, response, base, sent: {key, base, response} | null, at}
   `sent` is what may have reached the server; it is sent again as it was before anything newer. */

const NAME = "anfan-exam";
const STORE = "changes";
const KEEP = 14 * 864e5;

const random = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("");
/** A key for one change. */
export const newKey = () => random().slice(0, 40).padEnd(8, "0");

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = asked.onblocked = () => reject(asked.error);
  });
}

class Database {
  constructor(database) {
    this.database = database;
  }

  run(mode, deed) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(STORE, mode, { durability: "strict" });
      const asked = deed(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  all = () => this.run("readonly", (store) => store.getAll());
  put = (entry) => this.run("readwrite", (store) => store.put(entry));
  remove = (id) => this.run("readwrite", (store) => store.delete(id));
}

class Local {
  all = async () =>
    Object.keys(localStorage)
      .filter((name) => name.startsWith(`${NAME}:`))
      .map((name) => JSON.parse(localStorage.getItem(name)));
  put = async (entry) => localStorage.setItem(`${NAME}:${entry.id}`, JSON.stringify(entry));
  remove = async (id) => localStorage.removeItem(`${NAME}:${id}`);
}

class Nothing {
  all = async () => [];
  put = async () => {};
  remove = async () => {};
}

async function storeOfThisDevice() {
  try {
    return new Database(await opened());
  } catch {
    try {
      localStorage.setItem(`${NAME}-try`, "1");
      localStorage.removeItem(`${NAME}-try`);
      return new Local();
    } catch {
      return new Nothing();
    }
  }
}

/* A window's own name; it survives a reload. A window copied with its name takes a new one: the
   name is held by a lock as long as the window lives. */
async function nameOfTab() {
  let tab = sessionStorage.getItem("anfan-tab") || random();
  if (navigator.locks) {
    const held = await hold(tab);
    if (!held) {
      tab = random();
      await hold(tab);
    }
  }
  sessionStorage.setItem("anfan-tab", tab);
  return tab;
}

/* After a reload the old page's lock may take a moment to fall. */
async function hold(tab) {
  for (let tries = 0; tries < 5; tries += 1) {
    const got = await new Promise((resolve) => {
      navigator.locks.request(`anfan-tab-${tab}`, { ifAvailable: true }, (lock) => {
        resolve(Boolean(lock));
        return lock ? new Promise(() => {}) : undefined;
      });
    });
    if (got) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

async function livingTabs() {
  if (!navigator.locks) return new Set();
  const { held } = await navigator.locks.query();
  return new Set(held.map((lock) => lock.name.replace("anfan-tab-", "")));
}

export class Outbox {
  static async open(attempt) {
    const [store, tab] = [await storeOfThisDevice(), await nameOfTab()];
    return new Outbox(attempt, store, tab);
  }

  constructor(attempt, store, tab) {
    Object.assign(this, { attempt, store, tab, isLasting: !(store instanceof Nothing) });
  }

  idOf = (question) => `${this.attempt}|${this.tab}|${question}`;

  /** Entries of this window, and those that closed windows left behind; old ones are thrown away. */
  async waiting() {
    const living = await livingTabs();
    const found = new Map();
    for (const entry of await this.store.all()) {
      if (Date.now() - entry.at > KEEP) this.store.remove(entry.id);
      else if (entry.attempt !== this.attempt) continue;
      else if (entry.tab === this.tab) found.set(entry.question, entry);
      else if (!living.has(entry.tab) && !found.has(entry.question)) found.set(entry.question, entry);
    }
    for (const entry of found.values()) {
      if (entry.tab === this.tab) continue;
      await this.store.put({ ...entry, id: this.idOf(entry.question), tab: this.tab });
      await this.store.remove(entry.id);
    }
    return [...found.values()];
  }

  async keep(question, response, base, sent) {
    try {
      const { attempt, tab } = this;
      await this.store.put({ id: this.idOf(question), attempt, tab, question, response, base, sent, at: Date.now() });
    } catch {
      this.isLasting = false;
    }
  }

  async forget(question) {
    try {
      await this.store.remove(this.idOf(question));
    } catch {
      /* It is acknowledged; sending it again would only be acknowledged again. */
    }
  }
}
