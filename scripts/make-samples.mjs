// Writes the sample tables that `init` copies into a new project. Made here, from a seeded generator and
// a formula, so that they carry no licence and no person's data: `node scripts/make-samples.mjs`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Mulberry32 (Tommy Ettinger's public-domain generator): 32 bits of state are plenty for a sample. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const uniform = generator(20_240_229);
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
const pick = (items) => items[Math.floor(uniform() * items.length)];
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

function houses(rows) {
  const districts = {
    harbour: 1.35,
    'old town': 1.5,
    hillside: 1.2,
    station: 0.95,
    meadows: 1.0,
    'north end': 0.85,
    riverside: 1.3,
    industrial: 0.7,
  };
  const heating = { gas: 1, 'heat pump': 1.06, district: 1.03, oil: 0.95 };
  const lines = ['house_id,area_m2,rooms,year_built,district,heating,garden,sold_on,price'];
  for (let i = 0; i < rows; i++) {
    const area = clamp(Math.round(90 + 35 * normal()), 28, 260);
    const rooms = clamp(Math.round(area / 28 + 0.7 * normal()), 1, 9);
    const year = clamp(Math.round(1985 + 25 * normal()), 1890, 2023);
    const district = pick(Object.keys(districts));
    const heater = uniform() < 0.06 ? '' : pick(Object.keys(heating));
    const garden = uniform() < 0.4;
    const sold = new Date(Date.UTC(2021, 0, 1 + Math.floor(uniform() * 1095)));
    const trend = 1 + 0.04 * ((sold.getTime() - Date.UTC(2021, 0, 1)) / (365 * 86_400_000));
    const price =
      (28_000 + 2_650 * area + 6_000 * rooms + 420 * (year - 1950)) *
      districts[district] *
      (heating[heater] ?? 1) *
      (garden ? 1.05 : 1) *
      trend *
      Math.exp(0.06 * normal());
    lines.push(
      [
        `H${String(i + 1).padStart(4, '0')}`,
        area,
        rooms,
        uniform() < 0.03 ? '' : year,
        district,
        heater,
        garden,
        sold.toISOString().slice(0, 10),
        Math.round(price / 100) * 100,
      ].join(','),
    );
  }
  return `${lines.join('\n')}\n`;
}

function customers(rows) {
  const contracts = { 'month-to-month': 1.1, 'one year': -0.5, 'two years': -1.5 };
  const payments = { card: -0.1, invoice: 0.1, 'direct debit': -0.2, cheque: 0.5 };
  const lines = ['customer_id,tenure_months,monthly_charges,contract,payment,region,support_tickets,last_login,churned'];
  for (let i = 0; i < rows; i++) {
    const contract = pick(Object.keys(contracts));
    const payment = pick(Object.keys(payments));
    const tenure = clamp(Math.round(-Math.log(1 - uniform()) * 24), 0, 72);
    const charges = clamp(62 + 22 * normal(), 18, 125);
    const tickets = clamp(Math.round(-Math.log(1 - uniform()) * 1.4), 0, 9);
    const login = new Date(Date.UTC(2024, 0, 31) - Math.floor(-Math.log(1 - uniform()) * 12) * 86_400_000);
    const idle = (Date.UTC(2024, 0, 31) - login.getTime()) / 86_400_000;
    const logit =
      -1.4 + 1.1 * contracts[contract] + 0.8 * payments[payment] - 0.045 * tenure + 0.018 * (charges - 60) + 0.45 * tickets + 0.03 * idle;
    const churned = uniform() < 1 / (1 + Math.exp(-1.6 * logit));
    lines.push(
      [
        `C-${20_000 + i}`,
        tenure,
        uniform() < 0.04 ? '' : charges.toFixed(2),
        contract,
        payment,
        pick(['north', 'south', 'east', 'west', 'islands']),
        tickets,
        login.toISOString().slice(0, 10),
        churned ? 'yes' : 'no',
      ].join(','),
    );
  }
  return `${lines.join('\n')}\n`;
}

for (const [task, name, text] of [
  ['regression', 'houses.csv', houses(900)],
  ['classification', 'customers.csv', customers(1200)],
]) {
  const folder = join(root, 'src/templates', task, 'scaffold', 'data');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}
