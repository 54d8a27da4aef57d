/**
 * Cards in a real browser: nothing is requested, nothing is logged, data stays text, and the page can be read
 * in both themes, on paper, on a phone, by keyboard and without scripts. Needs Chromium: CHROMIUM_PATH or /usr/bin/chromium.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderCardHtml } from '../../src/cards/render-html.ts';
import type { Browser, ContextOptions, Page, Playwright } from '../support/browser.ts';
import { allCards } from '../support/card-fixtures.ts';
import { installOptional, type OptionalPackages } from '../support/optional-package.ts';

const cards = allCards();
const names = Object.keys(cards);
let optional: OptionalPackages;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cards-'));
  for (const [name, card] of Object.entries(cards)) writeFileSync(join(folder, `${name}.html`), renderCardHtml(card));
  optional = await installOptional('playwright');
  const { chromium } = optional.require('playwright-core') as Playwright;
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

afterAll(async () => {
  await browser?.close();
  optional?.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Requests besides the file itself, console messages, errors and dialogs. */
  readonly noise: string[];
}

async function open(name: string, options: ContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1240, height: 900 }, ...options });
  const page = await context.newPage();
  const noise: string[] = [];
  const address = pathToFileURL(join(folder, `${name}.html`)).href;
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) noise.push(`request ${request.url()}`);
  });
  page.on('console', (message) => noise.push(`console ${message.text()}`));
  page.on('pageerror', (error) => noise.push(`error ${error.message}`));
  page.on('dialog', (dialog) => {
    noise.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(address);
  return { page, noise };
}

const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
const ground = (page: Page): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');

describe.each(names)('%s', (name) => {
  it('opens from a file with no request and no message, in both themes and on paper', async () => {
    const { page, noise } = await open(name);
    for (const button of await page.getByRole('button').all()) if (await button.isVisible()) await button.click();
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.emulateMedia({ media: 'print' });
    await page.pdf();
    expect(noise).toEqual([]);
    await page.context().close();
  });

  it.each([320, 360, 768])('does not scroll sideways at %i px', async (width) => {
    const { page } = await open(name, { viewport: { width, height: 800 } });
    expect(await overflow(page)).toBe(0);
    await page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
    expect(await overflow(page)).toBe(0);
    await page.context().close();
  });

  it('has one main, one heading of the first rank, and named regions', async () => {
    const { page } = await open(name);
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.getByRole('banner').count()).toBe(1);
    expect(await page.getByRole('contentinfo').count()).toBe(1);
    expect(await page.getByRole('navigation', { name: 'Sections of this card' }).count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    const unnamed = await page.evaluate(`[...document.querySelectorAll('section, nav, .scroll, svg[role=img]')].filter((e) => {
      const ids = (e.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean);
      const text = e.getAttribute('aria-label') ?? ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
      return text.trim() === '';
    }).length`);
    expect(unnamed).toBe(0);
    await page.context().close();
  });
});

describe('hostile data', () => {
  it('shows as text and runs nowhere', async () => {
    const { page, noise } = await open('hostile');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('<script>alert("x")</script>');
    expect(await page.getByRole('cell', { name: '"><img src=x onerror=alert(1)>' }).count()).toBeGreaterThan(0);
    expect(await page.evaluate("document.querySelectorAll('img, iframe, object, svg script').length")).toBe(0);
    expect(await page.evaluate("document.querySelectorAll('script').length")).toBe(2);
    expect(noise).toEqual([]);
    await page.context().close();
  });

  it('is contained by the policy even if markup were added', async () => {
    const { page, noise } = await open('register');
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="https://example.invalid/x.png" onerror="alert(1)"><p style="color:red" id="probe">x</p>');
      const script = document.createElement('script'); script.textContent = 'alert(2)'; document.body.append(script);`);
    expect(await page.evaluate("getComputedStyle(document.getElementById('probe')).color")).not.toBe('rgb(255, 0, 0)');
    expect(noise.filter((line) => line.startsWith('dialog') || (line.startsWith('request') && !line.includes('example.invalid')))).toEqual(
      [],
    );
    expect(noise.filter((line) => line.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(3);
    await page.context().close();
  });
});

describe('themes', () => {
  it('follow the system, then the button', async () => {
    const { page } = await open('run', { colorScheme: 'dark' });
    expect(await ground(page)).toBe('rgb(15, 18, 22)');
    const button = page.getByRole('button', { name: 'Light / dark' });
    await button.click();
    expect(await ground(page)).toBe('rgb(251, 251, 250)');
    await page.reload();
    expect(await ground(page)).toBe('rgb(251, 251, 250)');
    await page.context().close();
  });

  it('print light whatever was chosen', async () => {
    const { page } = await open('run', { colorScheme: 'dark' });
    await page.evaluate("document.documentElement.dataset.theme = 'dark'");
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await ground(page)).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate("getComputedStyle(document.querySelector('h1')).color")).toBe('rgb(27, 31, 36)');
    expect(await page.getByRole('button', { name: 'Light / dark' }).isVisible()).toBe(false);
    await page.context().close();
  });
});

describe('without scripts', () => {
  it('everything is there but the controls', async () => {
    const { page, noise } = await open('evaluate-binary', { javaScriptEnabled: false });
    expect(await page.getByRole('heading', { name: 'Not ready to register' }).isVisible()).toBe(true);
    expect(await page.getByRole('row', { name: 'Fail Worst slice ROC AUC' }).isVisible()).toBe(true);
    expect(await page.getByRole('img', { name: 'ROC The area is 0.917' }).isVisible()).toBe(true);
    expect(await page.getByRole('button').count()).toBe(0);
    expect(noise).toEqual([]);
    await page.context().close();
  });
});

describe('keyboard', () => {
  it('reaches the content at once, then the sections and tables', async () => {
    const { page } = await open('evaluate-binary');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the card');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('Tab');
    expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe('Validation criteria');
    await page.context().close();
  });

  it('sorts a table and says how', async () => {
    const { page } = await open('evaluate-binary');
    const table = page.getByRole('group', { name: 'Performance by slice' });
    const rows = (): Promise<string[]> => table.locator('tbody tr td:nth-child(3)').allTextContents();
    await table.getByRole('button', { name: 'Rows' }).focus();
    await page.keyboard.press('Enter');
    expect((await rows()).slice(0, 3)).toEqual(['128', '219', '744']);
    expect(await table.getByRole('columnheader', { name: 'Rows' }).getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('Enter');
    expect((await rows()).slice(0, 3)).toEqual(['2,872', '1,985', '1,293']);
    expect(await table.getByRole('columnheader', { name: 'Rows' }).getAttribute('aria-sort')).toBe('descending');
    await page.context().close();
  });
});

describe('inside a frame without an origin, as in a notebook or an artifact viewer', () => {
  it('works where storage throws', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const noise: string[] = [];
    page.on('pageerror', (error) => noise.push(error.message));
    page.on('console', (message) => noise.push(message.text()));
    const card = cards['run'];
    await page.setContent('<iframe sandbox="allow-scripts" width="900" height="600"></iframe>');
    await page.locator('iframe').evaluate(
      (frame, html) => {
        (frame as unknown as { srcdoc: string }).srcdoc = html;
      },
      card === undefined ? '' : renderCardHtml(card),
    );
    const inner = page.frameLocator('iframe');
    await inner.getByRole('button', { name: 'Light / dark' }).click();
    expect(await inner.getByRole('heading', { level: 1 }).textContent()).toBe('Not ready to register');
    expect(noise).toEqual([]);
    await context.close();
  });
});
