import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A reason not to start, worded for the person who starts it. */
export class StartRefused extends Error {}

const PLACEHOLDER = /\$\{([A-Z][A-Z0-9_]*)(?::([^}]*))?\}/g;

/** Keycloak replaces ${NAME} and ${NAME:default} in the text of the file before it reads the JSON; so do we. */
function fillPlaceholders(text, environment) {
  const missing = new Set();
  const filled = text.replace(PLACEHOLDER, (_, name, fallback) => {
    const value = environment[name] || fallback;
    if (value === undefined) missing.add(name);
    return value ?? '';
  });
  if (missing.size > 0) throw new StartRefused(`These environment variables are not set: ${[...missing].sort().join(', ')}.`);
  return filled;
}

const attribute = (user, name) => user[name] ?? user.attributes?.[name]?.[0];

/** The protocol mappers that realm.json may use. Each yields the value of the claim named in its configuration. */
const MAPPERS = {
  'oidc-sub-mapper': { claim: 'sub', value: ({ user }) => user.id },
  'oidc-full-name-mapper': { claim: 'name', value: ({ user }) => [user.firstName, user.lastName].filter(Boolean).join(' ') || undefined },
  'oidc-audience-mapper': { claim: 'aud', value: (_, config) => config['included.custom.audience'] },
  'oidc-allowed-origins-mapper': { claim: 'allowed-origins', value: ({ client }) => (client.webOrigins?.length ? client.webOrigins : undefined) },
  'oidc-usermodel-attribute-mapper': { value: ({ user }, config) => attribute(user, config['user.attribute']) },
  'oidc-usermodel-realm-role-mapper': { value: ({ user }) => user.realmRoles },
  'oidc-usersessionmodel-note-mapper': {
    value: ({ user, client }, config) => (config['user.session.note'] === 'client_id' && user.serviceAccountClientId ? client.clientId : undefined),
  },
};

function setClaim(claims, path, value) {
  const steps = path.split('.');
  const last = steps.pop();
  steps.reduce((at, step) => (at[step] ??= {}), claims)[last] = value;
}

/** Compared over digests, so that neither length nor content shows in the time taken. */
export function sameSecret(expected, given) {
  const digest = (text) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(String(expected)), digest(String(given)));
}

/** The realm of a Keycloak export, as far as sign-in and tokens need it. */
export class Realm {
  #usersById;
  #usersByName;
  #clients;
  #scopes;

  constructor(path, environment) {
    const realm = JSON.parse(fillPlaceholders(readFileSync(path, 'utf8'), environment));
    const users = realm.users.filter((user) => user.enabled);
    this.name = realm.realm;
    this.displayName = realm.displayName;
    this.lifespans = {
      accessToken: realm.accessTokenLifespan,
      code: realm.accessCodeLifespan,
      login: realm.accessCodeLifespanLogin,
      session: realm.ssoSessionMaxLifespan,
    };
    this.rotatesRefreshTokens = realm.revokeRefreshToken;
    this.clients = realm.clients.filter((client) => client.enabled);
    this.scopeNames = ['openid', ...realm.clientScopes.map((scope) => scope.name)];
    this.origins = new Set(this.clients.flatMap((client) => client.webOrigins ?? []));
    this.#usersById = new Map(users.map((user) => [user.id, user]));
    this.#usersByName = new Map(users.map((user) => [user.username, user]));
    this.#clients = new Map(this.clients.map((client) => [client.clientId, client]));
    this.#scopes = new Map(realm.clientScopes.map((scope) => [scope.name, scope]));
    this.#check(realm);
  }

  /** What Keycloak would refuse or silently skip at import is refused here. */
  #check({ roles, users, clients, clientScopes }) {
    const known = new Set(roles.realm.map((role) => role.name));
    for (const user of users)
      for (const role of user.realmRoles ?? [])
        if (!known.has(role)) throw new StartRefused(`User ${user.username} has role ${role}, which the realm does not define.`);
    for (const client of clients)
      for (const scope of client.defaultClientScopes)
        if (!this.#scopes.has(scope)) throw new StartRefused(`Client ${client.clientId} uses scope ${scope}, which the realm does not define.`);
    for (const { protocolMapper } of clientScopes.flatMap((scope) => scope.protocolMappers ?? []))
      if (!MAPPERS[protocolMapper]) throw new StartRefused(`The realm uses protocol mapper ${protocolMapper}, which the stand-in does not have.`);
  }

  client(clientId) {
    return this.#clients.get(clientId);
  }

  user(id) {
    return this.#usersById.get(id);
  }

  serviceAccount(clientId) {
    return this.#usersByName.get(`service-account-${clientId}`);
  }

  /** The user with this name and password, or undefined. Service accounts have no password. */
  authenticate(username, password) {
    const user = this.#usersByName.get(String(username ?? '').trim().toLowerCase());
    const credential = user?.credentials?.find(({ type }) => type === 'password');
    const matches = sameSecret(credential?.value ?? '', password ?? '');
    return credential && matches ? user : undefined;
  }

  /** The claims for `target`: `access.token.claim`, `id.token.claim` or `userinfo.token.claim`. */
  claims(client, user, target) {
    const claims = {};
    for (const { protocolMapper, config } of client.defaultClientScopes.flatMap((name) => this.#scopes.get(name).protocolMappers ?? [])) {
      if (config[target] !== 'true') continue;
      const mapper = MAPPERS[protocolMapper];
      const value = mapper.value({ user, client }, config);
      if (value !== undefined) setClaim(claims, mapper.claim ?? config['claim.name'], value);
    }
    return claims;
  }

  /** The `scope` claim: `openid` when asked for, then the client's scopes that the realm shows in tokens. */
  scope(client, requested) {
    const shown = client.defaultClientScopes.filter((name) => this.#scopes.get(name).attributes['include.in.token.scope'] === 'true');
    return [...(requested.has('openid') ? ['openid'] : []), ...shown].join(' ');
  }
}
