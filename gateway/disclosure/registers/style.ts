/** How the public page and the printed register look: no script, no other file, light or dark as the reader has it. */

const colours = `
:root{color-scheme:light dark;--paper:#fbfaf7;--raised:#f2efe8;--ink:#1d1b17;--soft:#5b564c;--line:#dcd6ca;--lamp:#8a4b00;--pale:#f6e3c3;--good:#22623a}
@media (prefers-color-scheme:dark){:root{--paper:#131519;--raised:#1c1f25;--ink:#e9e6df;--soft:#a9a59b;--line:#2d3138;--lamp:#f0b65e;--pale:#3a2c17;--good:#83c99a}}`

const letters = `
*,*::before,*::after{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,'Segoe UI',Roboto,'Noto Sans','Liberation Sans',sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%;text-size-adjust:100%;overflow-wrap:anywhere}
body{margin:0 auto;max-width:44rem;padding:0 20px 48px}
h1,h2,h3,p,ul,dl,dd{margin:0;padding:0}
ul{list-style:none}
h1{font-size:1.625rem;line-height:1.2;font-weight:600;letter-spacing:-.012em}
h2{font-size:1.1875rem;line-height:1.3;font-weight:600}
h3{font-size:1.0625rem;line-height:1.35;font-weight:600}
a{color:var(--lamp);text-decoration-thickness:1px;text-underline-offset:.2em}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--lamp);outline-offset:2px;border-radius:2px}
svg{width:24px;height:24px;flex:none;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
small,.quiet{font-size:.875rem;color:var(--soft)}
code,pre{font:.8125rem/1.5 ui-monospace,'Cascadia Mono',Menlo,'DejaVu Sans Mono','Liberation Mono',monospace}`

export const pageStyle = `${colours}${letters}
header{display:flex;align-items:center;justify-content:space-between;gap:12px;min-height:56px;border-bottom:1px solid var(--line)}
header p{display:flex;align-items:center;gap:8px;font-weight:600;min-width:0}
header svg{color:var(--lamp)}
header a,footer a,.ask a{display:inline-flex;align-items:center;min-height:44px}
main>section{margin-top:40px}
.top{margin-top:28px!important}
.top p{margin-top:10px}
h2+*{margin-top:14px}
.people li{display:flex;gap:12px;padding:12px 0;border-bottom:1px solid var(--line)}
.people li:first-child{border-top:1px solid var(--line)}
.people svg{margin-top:1px;color:var(--soft)}
.people .leaves svg{color:var(--lamp)}
.people .not-measured svg{color:var(--good)}
.people b{display:block;font-weight:600}
.chain{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:0 28px}
.chain>div{position:relative;padding:12px 0 12px 42px;border-top:1px solid var(--line)}
.chain svg{position:absolute;left:0;top:18px;width:28px;height:28px;color:var(--lamp)}
.chain dt{font-size:.875rem;color:var(--soft);line-height:1.3}
.chain dd{line-height:1.4}
.release{margin-top:20px;padding:18px 18px 6px;background:var(--raised);border-radius:10px}
.release h3+p{margin-top:2px;color:var(--soft)}
.release dl{margin-top:12px}
.release dl>div{padding:9px 0;border-top:1px solid var(--line)}
.release dt{font-size:.875rem;color:var(--soft)}
.release li+li{margin-top:4px}
details{border-top:1px solid var(--line)}
summary{min-height:44px;display:flex;align-items:center;cursor:pointer;color:var(--lamp);list-style:none}
summary span{text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.2em}
summary::-webkit-details-marker{display:none}
summary::before{content:'+';flex:none;width:1.1em}
details[open]>summary::before{content:'\\2212'}
details>*:last-child{margin-bottom:14px}
pre{margin:8px 0 0;padding:12px;background:var(--paper);border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere}
.names{font-size:.875rem;color:var(--soft)}
.stays li{display:flex;justify-content:space-between;gap:16px;padding:8px 0;border-top:1px solid var(--line)}
.stays span:last-child{flex:none;max-width:52%;text-align:right;color:var(--soft);font-size:.875rem;padding-top:2px}
.ask p+p{margin-top:8px}
footer{margin-top:44px;padding-top:14px;border-top:1px solid var(--line);font-size:.875rem;color:var(--soft)}
footer p+p{margin-top:6px}
@media print{body{max-width:none}.release{background:none;border:1px solid #999;break-inside:avoid}details>*{display:block}}
`

export const sheetStyle = `${colours}${letters}
body{max-width:60rem;padding-top:28px}
header p{margin-top:6px}
section{margin-top:32px;break-inside:avoid}
table{width:100%;margin-top:10px;border-collapse:collapse}
th,td{padding:7px 10px 7px 0;border-top:1px solid var(--line);text-align:left;vertical-align:top}
th{width:34%;font-weight:600}
@media (max-width:34rem){th,td{display:block;width:auto;padding-right:0}td{border-top:0;padding-top:0}}
footer{margin-top:36px;padding-top:12px;border-top:1px solid var(--line);font-size:.875rem;color:var(--soft)}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#333;--line:#999}body{max-width:none;padding:0}}
`
