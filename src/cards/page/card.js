// The page's only script. It adds a theme button and sortable tables; the card reads fully without it.
(() => {
  const root = document.documentElement;
  const button = document.getElementById('theme');
  // In a sandboxed frame, as in a notebook or an artifact viewer, storage throws.
  const stored = (write) => {
    try {
      if (write) localStorage.setItem('recipe-card-theme', write);
      return localStorage.getItem('recipe-card-theme');
    } catch {
      return null;
    }
  };
  const dark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches);
  const remembered = stored();
  if (remembered === 'dark' || remembered === 'light') root.dataset.theme = remembered;
  if (button) {
    button.hidden = false;
    button.addEventListener('click', () => {
      root.dataset.theme = dark() ? 'light' : 'dark';
      stored(root.dataset.theme);
    });
  }

  /** A number where the cell states one, its text otherwise, nothing for a dash. */
  const keyOf = (cell) => {
    const text = cell.dataset.sort ?? cell.textContent.trim();
    return text.startsWith('—') ? '' : text;
  };
  const compare = (a, b) => {
    const x = Number(a);
    const y = Number(b);
    return Number.isNaN(x) || Number.isNaN(y) ? (a < b ? -1 : a > b ? 1 : 0) : x - y;
  };
  for (const table of document.querySelectorAll('table.sortable')) {
    const heads = [...table.querySelectorAll('thead th')];
    heads.forEach((head, column) => {
      const rows = [...table.tBodies[0].rows];
      if (rows.every((row) => keyOf(row.cells[column]) === '')) return;
      const sorter = document.createElement('button');
      sorter.type = 'button';
      sorter.textContent = head.textContent;
      head.replaceChildren(sorter);
      sorter.addEventListener('click', () => {
        const down = head.getAttribute('aria-sort') === 'ascending';
        for (const other of heads) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        const value = (row) => keyOf(row.cells[column]);
        // Cells without a value stay last in both directions.
        rows.sort((a, b) => (value(a) === '') - (value(b) === '') || (down ? -1 : 1) * compare(value(a), value(b)));
        table.tBodies[0].append(...rows);
      });
    });
  }
})();
