/// How the page looks, in the light and in the dark.
enum ReportStyle {
  static let css = """
    :root{color-scheme:light;--ink:#1c2733;--soft:#5a6b7b;--page:#f6f8fa;--sheet:#fff;--line:#d9e0e6;--good:#00734f;
    --bad:#b3400f;--accent:#0067a3;--head:#eef2f6}
    :root[data-theme=dark]{color-scheme:dark;--ink:#e6edf3;--soft:#9fb0c0;--page:#0f151b;--sheet:#18212a;--line:#2f3c48;
    --good:#4fc79a;--bad:#ff9a66;--accent:#6db9ec;--head:#202b36}
    *{box-sizing:border-box}
    body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,"DejaVu Sans",sans-serif}
    header,main,.cards,.verdict,.answer{max-width:1080px;margin:0 auto;padding:0 20px}
    header{display:flex;justify-content:space-between;align-items:flex-start;gap:20px;padding-top:28px}
    h1{font-size:1.7rem;margin:0}h2{font-size:1.15rem;margin:0 0 6px}h3{font-size:1rem;margin:24px 0 6px}
    .question{font-size:1.1rem;margin:6px 0 0}.facts,.note{color:var(--soft);font-size:.9rem;margin:6px 0}
    .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:14px;margin-top:20px}
    .card{background:var(--sheet);border:1px solid var(--line);border-radius:8px;padding:14px 16px}
    .card span,.card i,.card small{display:block;color:var(--soft);font-size:.85rem;font-style:normal}
    .card b{font-size:1.6rem;font-weight:650}
    section.figure,main>section,.verdict,.answer{background:var(--sheet);border:1px solid var(--line);border-radius:8px;
    padding:18px 20px;margin-top:18px}
    .verdict,.answer{max-width:1040px}.answer{border-left:6px solid var(--accent)}.answer p{margin:6px 0}
    .verdict.good{border-left:6px solid var(--good)}.verdict.bad{border-left:6px solid var(--bad)}
    .verdicts{list-style:none;margin:0;padding:0}.verdicts li{padding:3px 0}.verdicts b{display:inline-block;width:4.6em}
    .verdicts span::before{content:"→ "}.held b{color:var(--good)}.broken b{color:var(--bad)}
    .summary{margin:0 0 10px}.chart{width:100%;overflow-x:auto}
    .window{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:8px;align-items:center;background:var(--head);
    border:1px solid var(--line);border-radius:8px;padding:8px 14px;margin-top:18px;font-size:.9rem}
    .window input{width:7em}.warning{border-left:6px solid var(--bad);background:var(--sheet);padding:10px 14px}
    input,button{font:inherit;color:inherit;background:var(--sheet);border:1px solid var(--line);border-radius:6px;
    padding:3px 10px}button{cursor:pointer}
    :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
    .scroll{overflow-x:auto;max-height:420px;overflow-y:auto}main .scroll{margin:6px 0}
    #figures .scroll,.answer .scroll{max-height:none}
    table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
    caption{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
    th,td{padding:4px 12px 4px 0;border-bottom:1px solid var(--line);text-align:left;font-weight:400;white-space:nowrap}
    thead th{color:var(--soft);font-size:.82rem;vertical-align:bottom}.n{text-align:right}
    th.g{text-align:center;border-left:12px solid transparent;padding-right:12px;background-clip:padding-box}
    details{margin-top:6px}summary{cursor:pointer;color:var(--accent)}.save{margin:8px 0}
    pre{background:var(--head);padding:10px 14px;border-radius:6px;overflow-x:auto}code{font-family:"DejaVu Sans Mono",monospace;
    font-size:.88em}
    .skip{position:absolute;left:-999px}.skip:focus{left:12px;top:12px;background:var(--sheet);padding:6px 12px}
    main{padding-bottom:40px}
    @media print{.window,#theme,details{display:none}body{background:#fff}}
    """
}
