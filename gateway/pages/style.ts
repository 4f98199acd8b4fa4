/** The one style sheet. Its hash is in the content security policy. */
export const style = `
:root { color-scheme: light dark; --ground: #ffffff; --text: #1f2328; --faint: #59636e; --line: #d1d9e0; --card: #f6f8fa;
  --violet: #6639ba; --green: #1a7f37; --red: #c4202c; --amber: #7d5800; --blue: #0b5cc4; --on: #ffffff }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --text: #e6edf3; --faint: #9aa4af; --line: #3d444d; --card: #161b22;
  --violet: #c3a5ff; --green: #56d364; --red: #ff8a82; --amber: #e3b341; --blue: #79b8ff; --on: #0d1117 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word }
header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; padding: .6rem 1rem; border-bottom: 1px solid var(--line) }
.brand { font-weight: 700; color: inherit; text-decoration: none }
.environment { padding: 0 .5rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .85rem; color: var(--faint) }
.who { margin-left: auto; display: flex; gap: .6rem; align-items: center; font-size: .9rem }
main { max-width: 46rem; margin: 0 auto; padding: 1rem 1rem 4rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 }
h2 { font-size: 1.05rem; margin: 2rem 0 .4rem }
h3 { font-size: 1rem; margin: 1.2rem 0 .2rem } h2 + h3 { margin-top: .4rem }
p { margin: .4rem 0 }
small, .faint { color: var(--faint); font-size: .875rem }
a { color: var(--blue) }
.state { display: inline-block; font-weight: 600; border: 1.5px solid currentColor; border-radius: 1rem; padding: 0 .7rem }
.violet { color: var(--violet) } .green { color: var(--green) } .red { color: var(--red) } .amber { color: var(--amber) } .blue { color: var(--blue) } .grey { color: var(--faint) }
.notice { border-left: .35rem solid currentColor; background: var(--card); padding: .7rem 1rem; margin: 1rem 0; border-radius: 0 .4rem .4rem 0 }
.notice p { color: var(--text) }
.picture { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem; margin: .6rem 0; overflow-x: auto;
  background: linear-gradient(to left, var(--ground) 1rem, transparent) 100% 0 / 3rem 100% no-repeat local, linear-gradient(to left, var(--line), transparent) 100% 0 / 1.5rem 100% no-repeat scroll }
.picture text[fill="#1a7f37"] { fill: var(--green) } .picture text[fill="#d1242f"] { fill: var(--red) }
.picture svg { display: block; width: 100%; height: auto; min-width: 30rem }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
th:first-child, td:first-child, .left th, .left td { text-align: left }
thead th { color: var(--faint); font-weight: 600; font-size: .875rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .4rem 0 }
dt { color: var(--faint) } dd { margin: 0; min-width: 0 }
code { font: .875em ui-monospace, SFMono-Regular, Menlo, monospace; overflow-wrap: anywhere }
.decide { border: 1px solid var(--line); border-radius: .5rem; background: var(--card); padding: 1rem; margin-top: 2rem }
.decide h2 { margin-top: 0 }
label { display: block; font-weight: 600; margin: .6rem 0 .25rem }
textarea, input[name] { width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem }
textarea { min-height: 5rem }
details { border-top: 1px solid var(--line); margin-top: 1rem; padding-top: .6rem } summary { cursor: pointer; font-weight: 600; padding: .4rem 0 } details[open] summary { margin-bottom: .3rem }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: .8rem }
button { font: inherit; font-weight: 600; padding: .55rem 1.1rem; border-radius: .4rem; border: 1.5px solid currentColor; background: transparent; color: inherit; cursor: pointer; min-height: 2.75rem }
button.approve { background: var(--green); border-color: var(--green); color: var(--on) }
button.reject { color: var(--red) }
button.quiet { padding: .1rem .6rem; min-height: 2rem; font-weight: 400; border-color: var(--line) }
button:disabled { background: transparent; color: var(--faint); border: 1.5px dashed var(--faint); cursor: not-allowed }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px }
.skip { position: absolute; left: -100rem } .skip:focus { position: static; display: block; padding: .5rem 1rem }
td code { overflow-wrap: normal; white-space: nowrap }
@media (max-width: 30rem) { .who { margin-left: 0; width: 100%; justify-content: space-between } dl { grid-template-columns: 1fr } dd { margin-bottom: .4rem } .buttons button { flex: 1 1 100% } th, td { padding: .3rem .35rem; font-size: .9rem } }
`
