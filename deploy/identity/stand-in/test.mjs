import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';

const here = import.meta.dirname;
const realmFile = join(here, '..', 'realm.json');
const names = [...new Set(readFileSync(realmFile, 'utf8').match(/\$\{[A-Z_]+\}/g).map((one) => one.slice(2, -1)))].sort();
const secrets = Object.fromEntries(names.map((name) => [name, randomBytes(18).toString('base64url')]));
const consoleOrigin = 'http://127.0.0.1:5080';
const redirectUri = `${consoleOrigin}/signed-in`;
const state = mkdtempSync(join(tmpdir(), 'identity-'));
let running;

/** Runs the stand-in until it is ready or has ended. */
function run(arguments_, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(here, 'server.mjs'), ...arguments_], { env: { PATH: process.env.PATH, ...environment } });
    let errors = '';
    const ended = new Promise((end) => child.once('close', (code) => end({ code, errors })));
    child.stderr.on('data', (chunk) => { errors += chunk; });
    child.stdout.on('data', (chunk) => {
      const [, origin] = /identity ready on (\S+)/.exec(chunk) ?? [];
      if (origin) resolve({ child, ended, origin, realm: `${origin}/realms/civil-affairs`, oidc: `${origin}/realms/civil-affairs/protocol/openid-connect` });
    });
    child.once('error', reject);
    ended.then(resolve);
  });
}

const local = ['--realm', realmFile, '--port', '0', '--mode', 'local'];
const start = () => run([...local, '--state', state], secrets);
async function stop({ child, ended }) {
  child.kill('SIGTERM');
  return (await ended).code;
}

before(async () => { running = await start(); });
after(async () => {
  await stop(running);
  rmSync(state, { recursive: true });
});

const post = (url, fields, headers = {}) => fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });
const token = (fields, headers) => post(`${running.oidc}/token`, fields, headers);
const basic = (clientId, secret) => ({ Authorization: `Basic ${btoa(`${clientId}:${secret}`)}` });
const serviceToken = () => token({ grant_type: 'client_credentials' }, basic('social-assistance', secrets.CLIENT_SECRET_SOCIAL_ASSISTANCE));
const passwordToken = (username, password = secrets.DEMONSTRATION_PASSWORD, clientId = 'bureau-cli') =>
  token({ grant_type: 'password', client_id: clientId, username, password, scope: 'openid' });

/** A browser as far as signing in needs one: it keeps cookies by path. */
class Browser {
  #cookies = [];

  async open(url, init = {}) {
    const { pathname } = new URL(url);
    const cookie = this.#cookies.filter(({ path }) => pathname.startsWith(path)).map(({ pair }) => pair).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie, accept: 'text/html' } });
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split('; ');
      const path = attributes.find((one) => one.startsWith('path='))?.slice(5) ?? '/';
      this.#cookies = this.#cookies.filter((one) => one.path !== path || one.pair.split('=')[0] !== pair.split('=')[0]);
      if (!pair.endsWith('=')) this.#cookies.push({ path, pair });
    }
    return response;
  }

  submit(url, fields) {
    return this.open(url, { method: 'POST', body: new URLSearchParams(fields) });
  }
}

async function follow(browser, response, until) {
  while (response.status === 303) {
    const location = response.headers.get('location');
    if (location.startsWith(until)) return location;
    response = await browser.open(new URL(location, running.origin).href);
  }
  return assert.fail(`answered ${response.status}: ${await response.text()}`);
}

const verifier = randomBytes(32).toString('base64url');
const authorization = (changes = {}) => `${running.oidc}/auth?${new URLSearchParams({
  client_id: 'console', response_type: 'code', redirect_uri: redirectUri, scope: 'openid profile', state: 's1', nonce: 'n1',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256', ...changes,
})}`;

async function signIn(browser) {
  const first = await browser.open(authorization());
  const loginUrl = new URL(first.headers.get('location'), running.origin).href;
  const page = await (await browser.open(loginUrl)).text();
  const refused = await browser.submit(loginUrl, { username: 'county-approver.1', password: 'wrong' });
  const refusedPage = await refused.text();
  const accepted = await browser.submit(loginUrl, { username: 'county-approver.1', password: secrets.DEMONSTRATION_PASSWORD });
  const back = new URL(await follow(browser, accepted, redirectUri));
  const answer = await token({
    grant_type: 'authorization_code', client_id: 'console', code: back.searchParams.get('code'), redirect_uri: redirectUri, code_verifier: verifier,
  }, { Origin: consoleOrigin });
  return { page, refused, refusedPage, back, answer, tokens: await answer.json() };
}

test('discovery names Keycloak’s addresses', async () => {
  const found = await (await fetch(`${running.realm}/.well-known/openid-configuration`)).json();
  assert.equal(found.issuer, running.realm);
  assert.deepEqual(
    [found.authorization_endpoint, found.token_endpoint, found.jwks_uri, found.end_session_endpoint, found.userinfo_endpoint, found.introspection_endpoint],
    ['auth', 'token', 'certs', 'logout', 'userinfo', 'token/introspect'].map((path) => `${running.oidc}/${path}`),
  );
  assert.deepEqual(found.code_challenge_methods_supported, ['S256']);
  assert.equal((await fetch(`${running.origin}/health/ready`)).status, 200);
});

test('a service signs in with its secret and gets Keycloak’s claims', async () => {
  const { access_token: accessToken, expires_in: expiresIn, refresh_token: refreshToken } = await (await serviceToken()).json();
  const { payload, protectedHeader } = await jwtVerify(accessToken, createRemoteJWKSet(new URL(`${running.oidc}/certs`)), {
    issuer: running.realm, audience: 'civil-affairs-platform', algorithms: ['RS256'],
  });
  assert.equal(protectedHeader.typ, 'JWT');
  assert.equal(expiresIn, 300);
  assert.equal(payload.exp - payload.iat, 300);
  assert.equal(refreshToken, undefined);
  assert.ok(payload.jti);
  assert.match(payload.sub, /^[0-9a-f-]{36}$/);
  assert.deepEqual(
    { azp: payload.azp, clientId: payload.clientId, username: payload.preferred_username, roles: payload.realm_access.roles, region: payload.region, scope: payload.scope },
    { azp: 'social-assistance', clientId: 'social-assistance', username: 'service-account-social-assistance', roles: ['feed-reader', 'system'], region: '341503000000', scope: 'profile' },
  );
});

test('a service with a wrong secret is refused', async () => {
  const answer = await token({ grant_type: 'client_credentials' }, basic('social-assistance', 'wrong'));
  assert.equal(answer.status, 401);
  assert.equal((await answer.json()).error, 'invalid_client');
});

test('every user of the realm signs in through bureau-cli with the realm’s own roles and region', async () => {
  for (const user of JSON.parse(readFileSync(realmFile, 'utf8')).users.filter((one) => one.credentials)) {
    const answer = await passwordToken(user.username);
    assert.equal(answer.status, 200, user.username);
    const claims = decodeJwt((await answer.json()).access_token);
    assert.deepEqual(
      [claims.sub, claims.preferred_username, claims.name, claims.realm_access.roles, claims.region, claims.organisation, claims.aud],
      [user.id, user.username, user.firstName, user.realmRoles, user.attributes.region[0], user.attributes.organisation[0], 'civil-affairs-platform'],
    );
    assert.match(claims.region, /^\d{12}$/);
    assert.equal(claims.clientId, undefined);
  }
});

test('a wrong password, an unknown user and a service account are refused alike', async () => {
  for (const [username, password] of [['window.1', 'wrong'], ['nobody', secrets.DEMONSTRATION_PASSWORD], ['service-account-marriage', ''], ['window.1', '']]) {
    const answer = await passwordToken(username, password);
    assert.equal(answer.status, 401);
    assert.deepEqual(await answer.json(), { error: 'invalid_grant', error_description: 'Invalid user credentials' });
  }
});

test('only bureau-cli may pass a password', async () => {
  assert.equal((await passwordToken('window.1', secrets.DEMONSTRATION_PASSWORD, 'console')).status, 400);
});

test('bureau-cli refreshes its token', async () => {
  const { refresh_token: refreshToken } = await (await passwordToken('window.1')).json();
  const answer = await token({ grant_type: 'refresh_token', client_id: 'bureau-cli', refresh_token: refreshToken });
  const claims = decodeJwt((await answer.json()).access_token);
  assert.deepEqual([claims.preferred_username, claims.scope], ['window.1', 'openid profile']);
});

test('an officer signs in on a Chinese page, refreshes, reads who they are, and signs out', async () => {
  const browser = new Browser();
  const { page, refused, refusedPage, back, answer, tokens } = await signIn(browser);
  assert.match(page, /<html lang="zh-CN">[\s\S]*登录民政业务平台[\s\S]*用户名[\s\S]*密码/);
  assert.equal(refused.status, 401);
  assert.match(refusedPage, /用户名或密码不正确/);
  assert.equal(back.searchParams.get('state'), 's1');
  assert.equal(answer.headers.get('access-control-allow-origin'), consoleOrigin);

  const access = decodeJwt(tokens.access_token);
  assert.deepEqual([access.azp, access.preferred_username, access.scope, access.aud, access['allowed-origins']],
    ['console', 'county-approver.1', 'openid profile', 'civil-affairs-platform', [consoleOrigin]]);
  const identity = decodeJwt(tokens.id_token);
  assert.deepEqual([identity.aud, identity.nonce, identity.name, identity.realm_access.roles], ['console', 'n1', '高振华', ['county-approver']]);

  const refresh = () => token({ grant_type: 'refresh_token', client_id: 'console', refresh_token: tokens.refresh_token });
  const renewed = await (await refresh()).json();
  assert.equal(decodeJwt(renewed.access_token).preferred_username, 'county-approver.1');

  const who = await fetch(`${running.oidc}/userinfo`, { headers: { Authorization: `Bearer ${renewed.access_token}`, Origin: consoleOrigin } });
  assert.equal(who.headers.get('access-control-allow-origin'), consoleOrigin);
  const { sub, preferred_username: username, region } = await who.json();
  assert.deepEqual({ sub, username, region }, { sub: access.sub, username: 'county-approver.1', region: '341503000000' });

  const silent = await browser.open(authorization({ prompt: 'none' }));
  assert.ok(new URL(silent.headers.get('location')).searchParams.get('code'), 'a signed-in officer is not asked again');

  const logout = await browser.open(`${running.oidc}/logout?${new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: `${consoleOrigin}/`, state: 's2' })}`);
  const confirmation = await logout.text();
  assert.match(confirmation, /确定要退出登录吗/);
  const confirmed = await browser.submit(/action="([^"]+)"/.exec(confirmation)[1], { xsrf: /name="xsrf" value="([^"]+)"/.exec(confirmation)[1], logout: 'yes' });
  assert.equal(confirmed.headers.get('location'), `${consoleOrigin}/?state=s2`);
  assert.equal((await refresh()).status, 400);
  const afterwards = await browser.open(authorization({ prompt: 'none' }));
  assert.equal(new URL(afterwards.headers.get('location')).searchParams.get('error'), 'login_required');
});

test('a sign-in without PKCE, or back to another address, is refused', async () => {
  const without = new URL(authorization());
  without.searchParams.delete('code_challenge');
  without.searchParams.delete('code_challenge_method');
  const answer = await new Browser().open(without.href);
  assert.equal(new URL(answer.headers.get('location')).searchParams.get('error'), 'invalid_request');
  for (const elsewhere of ['http://127.0.0.1:5080.example/', 'http://127.0.0.1:5082/', 'https://example.org/']) {
    const refused = await new Browser().open(authorization({ redirect_uri: elsewhere }));
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /无法继续登录/);
  }
});

test('a sign-in page whose time is over says so in Chinese', async () => {
  const answer = await fetch(`${running.realm}/login-actions/authenticate/gone`);
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /请返回业务系统重新登录/);
});

test('introspection answers confidential clients only', async () => {
  const { access_token: accessToken } = await (await serviceToken()).json();
  const ask = (fields, headers) => post(`${running.oidc}/token/introspect`, fields, headers);
  const own = basic('marriage', secrets.CLIENT_SECRET_MARRIAGE);
  const seen = await (await ask({ token: accessToken }, own)).json();
  assert.deepEqual([seen.active, seen.client_id, seen.username], [true, 'social-assistance', 'service-account-social-assistance']);
  assert.deepEqual(await (await ask({ token: `${accessToken.slice(0, -8)}AAAAAAAA` }, own)).json(), { active: false });
  assert.equal((await ask({ token: accessToken }, basic('marriage', 'wrong'))).status, 401);
  assert.equal((await ask({ token: accessToken, client_id: 'console' })).status, 401);
});

test('other web origins get no CORS headers', async () => {
  const preflight = (origin) => fetch(`${running.oidc}/token`, { method: 'OPTIONS', headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' } });
  assert.equal((await preflight(consoleOrigin)).headers.get('access-control-allow-origin'), consoleOrigin);
  assert.equal((await preflight('http://example.org')).headers.get('access-control-allow-origin'), null);
  const certificates = await fetch(`${running.oidc}/certs`, { headers: { Origin: 'http://example.org' } });
  assert.equal(certificates.headers.get('access-control-allow-origin'), null);
});

test('with --state a token outlives a restart, and the keys are for the owner only', async () => {
  const { access_token: accessToken } = await (await serviceToken()).json();
  assert.equal(await stop(running), 0);
  running = await start();
  await jwtVerify(accessToken, createRemoteJWKSet(new URL(`${running.oidc}/certs`)));
  assert.equal(statSync(join(state, 'keys.json')).mode & 0o777, 0o600);
});

test('it refuses any mode but local and any address but loopback', async () => {
  for (const [arguments_, sentence] of [
    [['--realm', realmFile, '--port', '0'], /local mode only/],
    [['--realm', realmFile, '--port', '0', '--mode', 'production'], /local mode only/],
    [[...local, '--host', '0.0.0.0'], /127\.0\.0\.1 only/],
  ]) {
    const { code, errors } = await run(arguments_, secrets);
    assert.equal(code, 2);
    assert.match(errors, sentence);
  }
});

test('it names every variable that is missing', async () => {
  const { code, errors } = await run(local, { [names[0]]: '' });
  assert.equal(code, 2);
  for (const name of names) assert.ok(errors.includes(name), name);
});
