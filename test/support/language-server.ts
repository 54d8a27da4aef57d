/** A client of yaml-language-server, as an editor is one: over its standard streams, with a document at a time. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface EditorDiagnostic {
  readonly message: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export class LanguageServer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #root: string;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #diagnostics = new Map<string, (found: readonly EditorDiagnostic[]) => void>();
  #received: Buffer = Buffer.alloc(0);
  #lastId = 0;
  #documents = 0;

  private constructor(root: string) {
    this.#root = root;
    const manifest = createRequire(import.meta.url).resolve('yaml-language-server/package.json');
    this.#child = spawn(process.execPath, [join(dirname(manifest), 'bin/yaml-language-server'), '--stdio'], { cwd: root, stdio: 'pipe' });
    this.#child.stdout.on('data', (bytes: Buffer) => this.#receive(bytes));
  }

  static async start(root: string): Promise<LanguageServer> {
    const server = new LanguageServer(root);
    await server.#ask('initialize', { processId: process.pid, rootUri: pathToFileURL(root).href, capabilities: CAPABILITIES });
    server.#tell('initialized', {});
    // No list of schemas from the network, and no formatter.
    const yaml = { schemaStore: { enable: false }, format: { enable: false }, validate: true, hover: true, completion: true };
    server.#tell('workspace/didChangeConfiguration', { settings: { yaml } });
    return server;
  }

  /** Opens a document of this text. What the server says of it comes later, since it waits for a pause in the typing. */
  open(text: string): { readonly uri: string; readonly diagnostics: Promise<readonly EditorDiagnostic[]> } {
    const uri = pathToFileURL(join(this.#root, `recipe-${++this.#documents}.yaml`)).href;
    const diagnostics = new Promise<readonly EditorDiagnostic[]>((resolve) => this.#diagnostics.set(uri, resolve));
    this.#tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    return { uri, diagnostics };
  }

  /** The labels that are proposed at a place. */
  async complete(uri: string, position: Position): Promise<readonly string[]> {
    const result = (await this.#ask('textDocument/completion', { textDocument: { uri }, position })) as {
      items: { label: string }[];
    } | null;
    return (result?.items ?? []).map(({ label }) => label);
  }

  async hover(uri: string, position: Position): Promise<string> {
    const result = (await this.#ask('textDocument/hover', { textDocument: { uri }, position })) as { contents: { value: string } } | null;
    return result?.contents.value ?? '';
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    await this.#ask('shutdown', null);
    this.#tell('exit', null);
    await ended;
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, ({ result, error }) =>
        error === undefined ? resolve(result) : reject(new Error(`${method}: ${error.message}`)),
      );
      this.#send({ id, method, params });
    });
  }

  #tell(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const head = this.#received.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = Number(/Content-Length: (\d+)/iu.exec(this.#received.toString('utf8', 0, head))?.[1]);
      const end = head + 4 + length;
      if (this.#received.length < end) return;
      const message = JSON.parse(this.#received.toString('utf8', head + 4, end)) as Message;
      this.#received = this.#received.subarray(end);
      this.#handle(message);
    }
  }

  #handle({ id, method, params, ...rest }: Message): void {
    if (method === undefined) {
      if (id !== undefined) this.#answers.get(id)?.(rest);
    } else if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly EditorDiagnostic[] };
      this.#diagnostics.get(uri)?.(diagnostics);
    } else if (id !== undefined) {
      // Requests of the server: this client has no settings of its own and registers whatever is asked.
      this.#send({ id, result: method === 'workspace/configuration' ? (params as { items: unknown[] }).items.map(() => null) : null });
    }
  }
}

const CAPABILITIES = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true } },
    hover: { contentFormat: ['markdown'] },
    publishDiagnostics: {},
  },
};
