import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from 'jose';
import Provider, { errors } from 'oidc-provider';
import { errorPage, loggedOutPage, loginPage, logoutPage } from './pages.mjs';
import { Realm, StartRefused, sameSecret } from './realm.mjs';
import { MemoryStore } from './store.mjs';

const HOST = '127.0.0.1';
const AUDIENCE = 'civil-affairs-platform';
const RESOURCE = `urn:${AUDIENCE}`;
const PROTOCOL = '/protocol/openid-connect';
const LOGIN = '/login-actions/authenticate';

function options() {
  try {
    const { values } = parseArgs({
      options: {
        realm: { type: 'string' },
        mode: { type: 'string' },
        host: { type: 'string', default: HOST },
        port: { type: 'string', default: '5081' },
        state: { type: 'string' },
      },
    });
    if (values.mode !== 'local') throw new StartRefused('The stand-in runs in local mode only (--mode local); anywhere else run Keycloak with realm.json.');
    if (values.host !== HOST) throw new StartRefused(`The stand-in listens on ${HOST} only; for any other address run Keycloak with realm.json.`);
    if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65535) throw new StartRefused('--port takes a number from 0 (any free port) to 65535.');
    if (!values.realm) throw new StartRefused('--realm takes the path of realm.json.');
    return values;
  } catch (error) {
    throw error.code?.startsWith('ERR_PARSE_ARGS') ? new StartRefused(error.message) : error;
  }
}

/** The keys that sign tokens and cookies: new at every start, or kept in a directory only its owner can read. */
async function keys(directory) {
  const file = directory && join(directory, 'keys.json');
  try {
    if (file) return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const made = {
    signing: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'RS256', use: 'sig' },
    cookies: randomBytes(32).toString('base64url'),
  };
  if (file) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  }
  return made;
}

const grantTypes = (client) => [
  ...(client.standardFlowEnabled ? ['authorization_code'] : []),
  ...(client.directAccessGrantsEnabled ? ['password'] : []),
  ...(client.standardFlowEnabled || client.directAccessGrantsEnabled ? ['refresh_token'] : []),
  ...(client.serviceAccountsEnabled ? ['client_credentials'] : []),
];

const postLogoutUris = (client) => client.attributes?.['post.logout.redirect.uris']?.split('##') ?? [];

const clientMetadata = (client) => ({
  client_id: client.clientId,
  client_name: client.name,
  token_endpoint_auth_method: client.publicClient ? 'none' : 'client_secret_basic',
  ...(client.publicClient ? {} : { client_secret: client.secret }),
  grant_types: grantTypes(client),
  response_types: client.standardFlowEnabled ? ['code'] : [],
  redirect_uris: client.redirectUris ?? [],
  post_logout_redirect_uris: postLogoutUris(client),
});

/** Keycloak's rule: an address is registered as it stands, or as a beginning that ends in `*`. */
const isRegistered = (registered, uri) =>
  URL.canParse(uri) && !uri.includes('..') && registered.some((one) => (one.endsWith('*') ? uri.startsWith(one.slice(0, -1)) : uri === one));

function createProvider(issuer, realm, { signing, cookies }) {
  const scopes = realm.scopeNames.join(' ');
  const resourceServer = { scope: scopes, audience: AUDIENCE, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };

  const provider = new Provider(issuer, {
    adapter: MemoryStore,
    clients: realm.clients.map(clientMetadata),
    jwks: { keys: [signing] },
    cookies: { keys: [cookies] },
    scopes: realm.scopeNames,
    claims: { openid: ['sub', 'preferred_username', 'name', 'region', 'organisation', 'realm_access'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    responseTypes: ['code'],
    clientBasedCORS: (_, origin, client) => realm.client(client.clientId).webOrigins?.includes(origin) ?? false,
    routes: {
      authorization: `${PROTOCOL}/auth`,
      token: `${PROTOCOL}/token`,
      jwks: `${PROTOCOL}/certs`,
      end_session: `${PROTOCOL}/logout`,
      revocation: `${PROTOCOL}/revoke`,
    },
    discovery: {
      userinfo_endpoint: `${issuer}${PROTOCOL}/userinfo`,
      introspection_endpoint: `${issuer}${PROTOCOL}/token/introspect`,
    },
    interactions: { url: (_, interaction) => provider.pathFor('authorization').replace(`${PROTOCOL}/auth`, `${LOGIN}/${interaction.uid}`) },
    ttl: {
      AccessToken: realm.lifespans.accessToken,
      ClientCredentials: realm.lifespans.accessToken,
      IdToken: realm.lifespans.accessToken,
      AuthorizationCode: realm.lifespans.code,
      Interaction: realm.lifespans.login,
      RefreshToken: realm.lifespans.session,
      Session: realm.lifespans.session,
      Grant: realm.lifespans.session,
    },
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: realm.rotatesRefreshTokens,
    findAccount(_, id) {
      const user = realm.user(id);
      return user && { accountId: id, claims: () => ({ sub: id, ...realm.claims(realm.client('console'), user, 'id.token.claim') }) };
    },
    // Consent is not asked: the console belongs to the bureau, as in the realm (consentRequired is off).
    async loadExistingGrant({ oidc: { client, session } }) {
      const found = await provider.Grant.find(session.grantIdFor(client.clientId));
      const grant = found ?? new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      return grantAll(grant);
    },
    renderError: (ctx, out) => errorPage(ctx, ctx.status, out),
    formats: { customizers: { jwt: (_, token, jwt) => Object.assign(jwt, keycloakToken(token, jwt.payload)) } },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: logoutPage, postLogoutSuccessSource: loggedOutPage },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo(_, resource) {
          if (resource !== RESOURCE) throw new errors.InvalidTarget();
          return resourceServer;
        },
      },
    },
  });

  async function grantAll(grant) {
    grant.addOIDCScope(scopes);
    grant.addResourceScope(RESOURCE, scopes);
    await grant.save();
    return grant;
  }

  /** An access token as Keycloak would write it for the same realm. */
  function keycloakToken(token, { jti, iat, exp }) {
    const client = realm.client(token.clientId);
    const user = token.accountId ? realm.user(token.accountId) : realm.serviceAccount(token.clientId);
    return {
      header: { typ: 'JWT' },
      payload: {
        exp, iat, jti, iss: issuer, typ: 'Bearer', azp: token.clientId, sid: token.sessionUid,
        scope: realm.scope(client, token.scopes),
        ...realm.claims(client, user, 'access.token.claim'),
      },
    };
  }

  provider.registerGrantType('password', async (ctx) => {
    const { client, params } = ctx.oidc;
    const user = realm.authenticate(params.username, params.password);
    if (!user) throw Object.assign(new errors.CustomOIDCProviderError('invalid_grant', 'Invalid user credentials'), { status: 401, statusCode: 401 });
    const { jti: grantId } = await grantAll(new provider.Grant({ clientId: client.clientId, accountId: user.id }));
    const scope = params.scope?.split(' ').filter((name) => realm.scopeNames.includes(name)).join(' ') || undefined;
    const given = { client, accountId: user.id, grantId, gty: 'password', scope };
    const access = new provider.AccessToken({ ...given, resourceServer: new provider.ResourceServer(RESOURCE, resourceServer) });
    const refresh = new provider.RefreshToken({ ...given, resource: RESOURCE, rotations: 0 });
    ctx.body = {
      access_token: await access.save(),
      expires_in: access.expiration,
      refresh_token: await refresh.save(),
      refresh_expires_in: refresh.expiration,
      token_type: 'Bearer',
      scope: realm.scope(realm.client(client.clientId), access.scopes),
    };
  }, ['username', 'password', 'scope']);

  provider.Client.prototype.redirectUriAllowed = function (uri) { return isRegistered(this.redirectUris, uri); };
  provider.Client.prototype.postLogoutRedirectUriAllowed = function (uri) { return isRegistered(this.postLogoutRedirectUris, uri); };
  provider.on('server_error', (_, error) => console.error(error));
  return provider;
}

/** What oidc-provider leaves to its host: origins, the login page, and the two endpoints that read a token back. */
function addRoutes(provider, issuer, realm, { signing: { kty, n, e, kid, alg } }) {
  const publicKeys = createLocalJWKSet({ keys: [{ kty, n, e, kid, alg }] });

  async function verified(token) {
    try {
      return (await jwtVerify(token ?? '', publicKeys, { issuer, audience: AUDIENCE, algorithms: ['RS256'] })).payload;
    } catch {
      return undefined; // whatever is wrong with it, it is no token of ours
    }
  }

  const form = async (ctx) => new URLSearchParams(ctx.request.length <= 8192 ? await text(ctx.req) : '');

  function confidentialClient(ctx, body) {
    const [scheme, encoded = ''] = ctx.get('Authorization').split(' ');
    const basic = Buffer.from(encoded, 'base64').toString().split(':').map((part) => new URLSearchParams(`v=${part}`).get('v'));
    const [id, secret] = scheme.toLowerCase() === 'basic' ? basic : [body.get('client_id'), body.get('client_secret')];
    const client = realm.client(id);
    return client && !client.publicClient && secret && sameSecret(client.secret, secret) ? client : undefined;
  }

  async function introspect(ctx) {
    const body = await form(ctx);
    ctx.set('Cache-Control', 'no-store');
    if (!confidentialClient(ctx, body)) {
      ctx.status = 401;
      ctx.body = { error: 'invalid_client', error_description: 'Invalid client or Invalid client credentials' };
      return;
    }
    const claims = await verified(body.get('token'));
    ctx.body = claims ? { ...claims, active: true, client_id: claims.azp, username: claims.preferred_username, token_type: 'Bearer' } : { active: false };
  }

  async function userinfo(ctx) {
    const [scheme, token] = ctx.get('Authorization').split(' ');
    const claims = scheme.toLowerCase() === 'bearer' ? await verified(token) : undefined;
    const user = claims && realm.user(claims.sub);
    ctx.set('Cache-Control', 'no-store');
    if (user && claims.scope.split(' ').includes('openid')) {
      ctx.body = { sub: user.id, ...realm.claims(realm.client(claims.azp), user, 'userinfo.token.claim') };
      return;
    }
    const error = user ? 'insufficient_scope' : 'invalid_token';
    ctx.status = user ? 403 : 401;
    ctx.set('WWW-Authenticate', `Bearer realm="${realm.name}", error="${error}"`);
    ctx.body = { error };
  }

  async function login(ctx) {
    const { prompt, params } = await provider.interactionDetails(ctx.req, ctx.res);
    if (prompt.name !== 'login') return finish(ctx, { consent: {} });
    const body = ctx.method === 'POST' ? await form(ctx) : new URLSearchParams();
    const username = body.get('username') ?? params.login_hint;
    const user = realm.authenticate(username, body.get('password'));
    if (user) return finish(ctx, { login: { accountId: user.id, remember: false } });
    return loginPage(ctx, { realm: realm.displayName, username, refused: ctx.method === 'POST' });
  }

  async function finish(ctx, result) {
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
    ctx.status = 303;
  }

  provider.use(async (ctx, next) => {
    const origin = ctx.get('Origin');
    const allowed = realm.origins.has(origin);
    if (allowed) ctx.set({ 'Access-Control-Allow-Origin': origin, Vary: 'Origin' });
    if (allowed && ctx.method === 'OPTIONS') {
      ctx.set({ 'Access-Control-Allow-Methods': 'GET, POST', 'Access-Control-Allow-Headers': 'Authorization, Content-Type', 'Access-Control-Max-Age': '3600' });
      ctx.status = 204;
      return;
    }
    await next();
    if (!allowed) for (const name of Object.keys(ctx.response.headers)) if (name.startsWith('access-control-')) ctx.remove(name);
  });

  provider.use(async (ctx, next) => {
    if (ctx.path === `${PROTOCOL}/userinfo` && ['GET', 'POST'].includes(ctx.method)) return userinfo(ctx);
    if (ctx.path === `${PROTOCOL}/token/introspect` && ctx.method === 'POST') return introspect(ctx);
    if (!ctx.path.startsWith(`${LOGIN}/`)) return next();
    try {
      return await login(ctx);
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      return errorPage(ctx, 400, { error: 'session_not_found', error_description: 'This sign-in page has expired.' });
    }
  });
}

async function start() {
  const { realm: path, port, state } = options();
  const realm = new Realm(path, process.env);
  const kept = await keys(state);
  const server = createServer();
  await new Promise((ready, failed) => server.once('error', failed).listen(Number(port), HOST, ready));

  const authority = `${HOST}:${server.address().port}`;
  const mount = `/realms/${realm.name}`;
  const issuer = `http://${authority}${mount}`;
  const provider = createProvider(issuer, realm, kept);
  addRoutes(provider, issuer, realm, kept);
  const answer = provider.callback();

  server.on('request', (request, response) => {
    const plain = (status, body) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    if (request.headers.host !== authority) return plain(421, { error: `ask for http://${authority}` });
    if (request.url === '/health/ready') return plain(200, { status: 'UP' });
    if (!request.url.startsWith(`${mount}/`)) return plain(404, { error: 'Realm does not exist' });
    request.originalUrl = request.url; // from which oidc-provider learns where it is mounted
    request.url = request.url.slice(mount.length);
    return answer(request, response);
  });

  for (const signal of ['SIGTERM', 'SIGINT'])
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  console.log(`identity ready on http://${authority}`);
}

start().catch((error) => {
  const expected = error instanceof StartRefused || error.code === 'EADDRINUSE' || error.code === 'ENOENT';
  console.error(expected ? error.message : error);
  process.exitCode = expected ? 2 : 1;
});
