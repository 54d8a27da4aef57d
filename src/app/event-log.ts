/** The events of one run: to the listener as they come, and to `.recipe/logs/` when something ran. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_SCHEMA_VERSION, type RunEvent } from './events.ts';
import type { Project } from './project.ts';

export class EventLog {
  readonly #listener: (event: RunEvent) => void;
  readonly #folder: string;
  readonly #file: string;
  #lines: string[] = [];
  #isWritten = false;
  #seq = 0;

  constructor(project: Project, listener: (event: RunEvent) => void) {
    this.#listener = listener;
    this.#folder = project.paths.logs;
    this.#file = join(project.paths.logs, `${new Date().toISOString().replace(/[:.]/g, '-')}.ndjson`);
  }

  emit(event: RunEvent): void {
    this.#lines.push(
      `${JSON.stringify({ schemaVersion: EVENT_SCHEMA_VERSION, seq: this.#seq++, time: new Date().toISOString(), ...event })}\n`,
    );
    // A run that executes nothing leaves no log.
    if (event.type === 'step-started') this.#isWritten = true;
    if (this.#isWritten) this.#flush();
    this.#listener(event);
  }

  #flush(): void {
    mkdirSync(this.#folder, { recursive: true });
    appendFileSync(this.#file, this.#lines.join(''));
    this.#lines = [];
  }
}
