/** What the tests of cards use of `playwright-core`, which they install themselves and therefore cannot import. */

export interface Playwright {
  readonly chromium: {
    launch(options: { readonly executablePath: string; readonly args: readonly string[] }): Promise<Browser>;
  };
}

export interface Browser {
  newContext(options?: ContextOptions): Promise<Context>;
  close(): Promise<void>;
}

export interface ContextOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
}

export interface Context {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

interface Found {
  getByRole(role: string, options?: { readonly name?: string; readonly level?: number }): Locator;
  locator(selector: string): Locator;
}

export interface Page extends Found {
  readonly keyboard: { press(key: string): Promise<void> };
  context(): Context;
  goto(address: string): Promise<unknown>;
  reload(): Promise<unknown>;
  setContent(html: string): Promise<void>;
  /** The value of an expression in the page. */
  evaluate<Value>(expression: string): Promise<Value>;
  emulateMedia(options: { readonly media: 'print'; readonly colorScheme?: 'dark' }): Promise<void>;
  pdf(): Promise<unknown>;
  frameLocator(selector: string): Found;
  on(event: 'request', listener: (request: { url(): string }) => void): unknown;
  on(event: 'console', listener: (message: { text(): string }) => void): unknown;
  on(event: 'pageerror', listener: (error: Error) => void): unknown;
  on(event: 'dialog', listener: (dialog: { message(): string; dismiss(): Promise<void> }) => void): unknown;
}

export interface Locator extends Found {
  all(): Promise<readonly Locator[]>;
  count(): Promise<number>;
  isVisible(): Promise<boolean>;
  click(): Promise<void>;
  focus(): Promise<void>;
  textContent(): Promise<string | null>;
  getAttribute(name: string): Promise<string | null>;
  allTextContents(): Promise<string[]>;
  /** The function runs in the page, with the element. */
  evaluate<Argument>(inPage: (element: unknown, argument: Argument) => void, argument: Argument): Promise<void>;
}
