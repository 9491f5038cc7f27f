const escape = (text) => String(text ?? '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const STYLE = `
  body { margin: 0; font: 16px/1.5 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; background: #f0f2f5; color: #1f1f1f; }
  main { box-sizing: border-box; width: min(26rem, 92vw); margin: 12vh auto 0; padding: 2rem; background: #fff; border-radius: 8px; box-shadow: 0 1px 6px #0002; }
  h1 { font-size: 1.25rem; margin: 0 0 1.25rem; }
  small { display: block; color: #595959; font-weight: normal; font-size: .85rem; }
  label { display: block; margin-top: 1rem; }
  input { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem .6rem; border: 1px solid #8c8c8c; border-radius: 6px; }
  button { width: 100%; margin-top: 1.25rem; font: inherit; padding: .55rem; border: 1px solid #0958d9; border-radius: 6px; background: #0958d9; color: #fff; cursor: pointer; }
  button.second { background: #fff; color: #0958d9; margin-top: .6rem; }
  button small { color: inherit; }
  [role=alert] { padding: .6rem .8rem; background: #fff1f0; border: 1px solid #cf1322; border-radius: 6px; color: #a8071a; }
  [role=alert] small { color: inherit; }`;

/** Answers with a page that no other site can frame and that loads nothing from anywhere. */
function page(ctx, status, zh, en, body) {
  ctx.status = status;
  ctx.type = 'html';
  ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'");
  ctx.set('Referrer-Policy', 'no-referrer');
  ctx.set('Cache-Control', 'no-store');
  ctx.body = `<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${zh}</title><style>${STYLE}</style></head>
<body><main><h1>${zh}<small lang="en">${en}</small></h1>
${body}
</main></body>
</html>`;
}

const both = (zh, en) => `${zh}<small lang="en">${en}</small>`;

export function loginPage(ctx, { realm, username = '', refused = false }) {
  page(ctx, refused ? 401 : 200, `登录${escape(realm)}`, 'Sign in', `
${refused ? `<p role="alert">${both('用户名或密码不正确。', 'Wrong user name or password.')}</p>` : ''}
<form method="post" autocomplete="on">
  <label for="username">${both('用户名', 'User name')}</label>
  <input id="username" name="username" value="${escape(username)}" autocomplete="username" autocapitalize="none" required ${refused ? '' : 'autofocus'}>
  <label for="password">${both('密码', 'Password')}</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required ${refused ? 'autofocus' : ''}>
  <button type="submit">${both('登录', 'Sign in')}</button>
</form>`);
}

export function logoutPage(ctx, form) {
  page(ctx, 200, '确定要退出登录吗?', 'Do you want to sign out?', `
${form}
<button form="op.logoutForm" type="submit" name="logout" value="yes" autofocus>${both('退出登录', 'Sign out')}</button>
<button form="op.logoutForm" type="submit" class="second">${both('保持登录', 'Stay signed in')}</button>`);
}

export function loggedOutPage(ctx) {
  page(ctx, 200, '已退出登录', 'You have signed out', `<p>${both('可以关闭此页面。', 'You can close this page.')}</p>`);
}

export function errorPage(ctx, status, { error, error_description: description }) {
  page(ctx, status, '无法继续登录', 'Sign-in cannot go on', `
<p role="alert">${both('请返回业务系统重新登录。', 'Please go back to the system and sign in again.')}</p>
<p><small lang="en">${escape(error)}: ${escape(description)}</small></p>`);
}
