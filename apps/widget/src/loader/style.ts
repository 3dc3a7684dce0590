/**
 * The launcher's and the frame's style, as a sheet that the shadow root adopts: a host's CSP does not
 * concern it, and its CSS does not reach it. `!important` on `:host` wins over the page's, whatever
 * the page writes (importance turns the order of the trees round: CSS Scoping, 3.3).
 */
export const css =
  `:host{all:initial!important;position:fixed!important;z-index:2147483000!important}
*,:before{box-sizing:border-box}
:host([hidden]){display:none!important}
button,div{position:fixed;right:20px;bottom:20px;transition:.16s;box-shadow:0 0 0 1px #8883,0 8px 32px #0004}
button{width:56px;height:56px;border:2px solid #0000;border-radius:50%;cursor:pointer;background:var(--accent);color:var(--ink);display:grid;place-items:center}
button:hover{transform:scale(1.05)}
button:focus-visible{outline:3px solid var(--ink);box-shadow:0 0 0 6px var(--accent)}
button:before{content:"";width:25px;height:20px;padding:0 2.75px;border-radius:10px 10px 10px 2px;background:radial-gradient(circle,var(--accent) 2px,#0000 2.5px) 50%/6.5px 100% content-box,linear-gradient(currentColor,currentColor)}
.open:before{width:16px;height:16px;border:solid;border-width:0 3px 3px 0;border-radius:0;background:none;transform:translateY(-4px) rotate(45deg)}
.busy:before{animation:.6s infinite alternate a}
@keyframes a{to{opacity:.3}}
i{position:absolute;top:-3px;right:-3px;min-width:22px;padding:0 6px;border-radius:11px;background:#d6263b;color:#fff;font:600 12px/22px system-ui;text-align:center}
i:empty,button.off,button.full.open{display:none}
div{bottom:90px;width:392px;height:min(680px,100vh - 110px);border-radius:16px;overflow:hidden;background:Canvas;color-scheme:light dark}
div:not(.open){opacity:0;visibility:hidden;transform:translateY(12px)}
.left{right:auto;left:20px}
div.full{inset:var(--top,0) 0 auto;width:100%;height:var(--height,100%);border-radius:0;background:linear-gradient(var(--accent) 50%,Canvas 0);padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left)}
iframe{border:0;width:100%;height:100%;color-scheme:light dark}
@media (prefers-reduced-motion){*{transition:none!important;animation:none!important}}
@media print{:host{display:none!important}}`.replaceAll('\n', '');
