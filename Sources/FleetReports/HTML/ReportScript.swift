/// What the page does: draws the charts in the theme that is on, hands a window of time from one chart to others, saves
/// rows.
enum ReportScript {
  static let javaScript = """
    const charts = JSON.parse(document.getElementById('charts').textContent);
    const root = document.documentElement, button = document.getElementById('theme');
    const rows = ({columns, rows}) => rows.map(r => Object.fromEntries(columns.map((c, i) => [c, r[i]])));
    const whole = [-1e30, 1e30];
    let views = {}, chosen = whole;
    const isDark = () => root.dataset.theme === 'dark';
    const config = () => {
      const ink = isDark() ? '#c9d6e2' : '#33424f', line = isDark() ? '#2f3c48' : '#e3e8ed';
      return {background: null, font: 'system-ui, "DejaVu Sans", sans-serif',
        axis: {labelColor: ink, titleColor: ink, gridColor: line, domainColor: ink, tickColor: ink,
          titleFontWeight: 'normal', labelFontSize: 12, titleFontSize: 13},
        legend: {labelColor: ink, titleColor: ink, titleFontWeight: 'normal', labelFontSize: 12, titleFontSize: 13},
        view: {stroke: line}};
    };
    const follow = (window) => {
      chosen = window ?? whole;
      for (const chart of charts) if (chart.followsWindow && views[chart.id])
        views[chart.id].signal('from', chosen[0]).signal('to', chosen[1]).runAsync();
      const out = document.getElementById('window');
      if (out) out.value = window ? `${chosen[0].toFixed(2)} to ${chosen[1].toFixed(2)} ${unit()}` : 'all of it';
    };
    const unit = () => (charts.find(c => c.choosesWindow)?.spec.layer[0].encoding.x.title ?? '').split(' ')[0];
    const draw = async () => {
      if (!window.vegaEmbed) return;
      for (const chart of charts) {
        const spec = {$schema: 'https://vega.github.io/schema/vega-lite/v6.json', width: 'container',
          autosize: {type: 'fit-x', contains: 'padding'}, ...chart.spec, data: {values: rows(chart.data)}};
        if (chart.followsWindow) {
          spec.params = [{name: 'from', value: chosen[0]}, {name: 'to', value: chosen[1]}];
          spec.transform = [{filter: 'datum.time >= from && datum.time <= to'}];
        }
        const renderer = chart.data.rows.length > 4000 ? 'canvas' : 'svg';
        try {
          const {view} = await vegaEmbed('#' + chart.id, spec, {actions: false, renderer, config: config()});
          views[chart.id] = view;
          if (chart.choosesWindow)
            view.addSignalListener('brush', (_, value) => follow(value && value.time ? value.time : null));
        } catch (error) {
          console.error(chart.id, error);
          document.getElementById(chart.id).textContent = 'This chart cannot be drawn; its rows are below.';
        }
      }
      root.dataset.drawn = 'yes';
    };
    const theme = (name) => {
      root.dataset.theme = name;
      button.textContent = name === 'dark' ? 'Light' : 'Dark';
      button.setAttribute('aria-pressed', String(name === 'dark'));
    };
    theme(matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
    button.addEventListener('click', () => { theme(isDark() ? 'light' : 'dark'); draw(); });
    const from = document.getElementById('from'), to = document.getElementById('to');
    if (from) {
      document.getElementById('unit').textContent = unit();
      const typed = () => {
        const window = [from.value === '' ? -1e30 : +from.value, to.value === '' ? 1e30 : +to.value];
        follow(from.value === '' && to.value === '' ? null : window);
      };
      from.addEventListener('input', typed);
      to.addEventListener('input', typed);
      document.getElementById('whole').addEventListener('click', () => { from.value = to.value = ''; follow(null); draw(); });
      from.form.addEventListener('submit', event => event.preventDefault());
    }
    const csv = value => typeof value === 'string' && /[",\\n]/.test(value) ? '"' + value.replaceAll('"', '""') + '"' : value ?? '';
    for (const save of document.querySelectorAll('.save')) save.addEventListener('click', () => {
      const {data} = charts.find(c => c.id === save.dataset.chart);
      const text = [data.columns, ...data.rows].map(r => r.map(csv).join(',')).join('\\n') + '\\n';
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text], {type: 'text/csv'}));
      link.download = save.dataset.chart + '.csv';
      link.click();
      URL.revokeObjectURL(link.href);
    });
    draw();
    """
}
