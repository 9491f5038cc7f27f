'use strict';

// Every text comes from documents of the services: it is put in as text, never as markup.
const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
};
const both = (zh, en) => [zh + ' ', element('span', { lang: 'en' }, en)];
const heading = (zh, en) => element('h3', {}, ...both(zh, en));
const json = value => element('pre', {}, JSON.stringify(value, null, 2));

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

function reader(api) {
  const resolve = node => {
    for (let steps = 0; node && node.$ref && steps < 20; steps++) {
      node = node.$ref.split('/').slice(1).reduce((at, part) => at?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], api);
    }
    return node ?? {};
  };
  const typeOf = schema => {
    if (schema?.$ref) return schema.$ref.split('/').pop();
    const types = [].concat(schema?.type ?? []).filter(type => type !== 'null');
    if (types.includes('array')) return typeOf(schema.items) + '[]';
    return [types.join(' | ') || 'object', schema?.format].filter(Boolean).join(' · ');
  };
  // A schema without an example of its own gets one built from its parts; a type inside itself is cut off.
  const example = (schema, within = []) => {
    if (schema?.$ref && within.includes(schema.$ref)) return null;
    const inside = schema?.$ref ? [...within, schema.$ref] : within;
    const found = resolve(schema);
    if (found.example !== undefined) return found.example;
    if (found.examples?.length) return found.examples[0];
    if (found.default !== undefined) return found.default;
    if (found.const !== undefined) return found.const;
    if (found.enum?.length) return found.enum[0];
    const choice = found.oneOf ?? found.anyOf;
    if (choice) return example(choice.find(each => each.type !== 'null') ?? choice[0], inside);
    if (found.allOf) return Object.assign({}, ...found.allOf.map(each => example(each, inside)));
    const type = [].concat(found.type ?? []).find(each => each !== 'null');
    if (type === 'array') return [example(found.items, inside)];
    if (type === 'integer' || type === 'number') return found.minimum ?? 0;
    if (type === 'boolean') return false;
    if (type === 'string') return { date: '2026-01-31', 'date-time': '2026-01-31T09:30:00+08:00', uuid: '00000000-0000-0000-0000-000000000000' }[found.format] ?? 'string';
    return Object.fromEntries(Object.entries(found.properties ?? {}).map(([name, part]) => [name, example(part, inside)]));
  };
  const contentExample = content => {
    const [type, media] = Object.entries(content ?? {})[0] ?? [];
    if (!type) return null;
    const named = Object.values(media.examples ?? {}).map(resolve)[0];
    return { type, schema: media.schema, value: media.example ?? named?.value ?? example(media.schema) };
  };
  return { resolve, typeOf, contentExample };
}

function table(headings, rows) {
  return element('div', { class: 'scroll' }, element('table', {},
    element('thead', {}, element('tr', {}, ...headings.map(([zh, en]) => element('th', { scope: 'col' }, ...both(zh, en))))),
    element('tbody', {}, ...rows.map(cells => element('tr', {}, ...cells.map(cell => element('td', {}, cell)))))));
}

function roles(operation) {
  const named = [].concat(operation['x-roles'] ?? []);
  return named.length
    ? [heading('可办理的角色', 'Roles'), element('p', {}, ...named.map(role => element('span', { class: 'role' }, String(role))))]
    : [];
}

function parameters(all, read) {
  const where = { path: '路径 path', query: '查询 query', header: '请求头 header', cookie: 'cookie' };
  return all.length
    ? [heading('参数', 'Parameters'), table(
        [['名称', 'Name'], ['位置', 'In'], ['类型', 'Type'], ['必填', 'Required'], ['说明', 'Meaning']],
        all.map(each => [element('code', {}, each.name), where[each.in] ?? each.in, read.typeOf(each.schema), each.required ? '是 yes' : '否 no', each.description ?? '']))]
    : [];
}

function request(operation, read) {
  const sample = read.contentExample(read.resolve(operation.requestBody).content);
  return sample
    ? [heading('请求示例', 'Request example'), element('p', {}, element('code', {}, `${sample.type} · ${read.typeOf(sample.schema)}`)), json(sample.value)]
    : [];
}

function responses(operation, read) {
  const rows = Object.entries(operation.responses ?? {}).map(([status, found]) => {
    const answer = read.resolve(found);
    const sample = read.contentExample(answer.content);
    return [element('code', {}, status), answer.description ?? '', sample ? element('code', {}, `${sample.type} · ${read.typeOf(sample.schema)}`) : ''];
  });
  return rows.length ? [heading('应答', 'Responses'), table([['状态', 'Status'], ['说明', 'Meaning'], ['内容', 'Content']], rows)] : [];
}

function describe(path, method, operation, item, read) {
  const own = (operation.parameters ?? []).map(read.resolve);
  const inherited = (item.parameters ?? []).map(read.resolve).filter(each => !own.some(mine => mine.name === each.name && mine.in === each.in));
  const shown = element('details', { 'data-text': `${method} ${path} ${operation.summary ?? ''} ${operation.operationId ?? ''}`.toLowerCase() },
    element('summary', {},
      element('span', { class: 'method' }, method.toUpperCase()), element('code', {}, path),
      operation.summary ? element('span', { class: 'what' }, operation.summary) : null));
  // Built when opened: a platform of eighteen lines has hundreds of operations.
  shown.addEventListener('toggle', () => {
    if (shown.children.length > 1) return;
    shown.append(element('div', {},
      operation.description ? element('p', {}, operation.description) : null,
      ...roles(operation), ...parameters([...inherited, ...own], read), ...request(operation, read), ...responses(operation, read)));
  });
  return shown;
}

function show(api) {
  const read = reader(api);
  const meaning = new Map((api.tags ?? []).map(tag => [tag.name, tag.description]));
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths ?? {})) {
    for (const method of methods.filter(each => item[each])) {
      const tag = item[method].tags?.[0] ?? path.split('/')[1];
      groups.set(tag, [...(groups.get(tag) ?? []), describe(path, method, item[method], item, read)]);
    }
  }

  const down = api['x-unavailable'] ?? [];
  const sections = [...groups].map(([tag, operations], index) => element('section', { id: `group-${index}` },
    element('h2', {}, tag), meaning.get(tag) ? element('p', {}, meaning.get(tag)) : null, ...operations));
  document.getElementById('contents').replaceChildren(element('ul', {},
    ...[...groups.keys()].map((tag, index) => element('li', {}, element('a', { href: `#group-${index}` }, tag)))));
  document.getElementById('operations').replaceChildren(
    ...(down.length ? [element('p', { class: 'warning' }, ...both(`以下服务暂时没有文档:${down.join('、')}。`, `No document at the moment from: ${down.join(', ')}.`))] : []),
    ...(sections.length ? sections : [element('p', {}, ...both('没有可显示的接口。', 'There is nothing to show.'))]));

  document.getElementById('filter').addEventListener('input', event => {
    const words = event.target.value.trim().toLowerCase().split(/\s+/);
    for (const each of document.querySelectorAll('details')) each.hidden = !words.every(word => each.dataset.text.includes(word));
    for (const section of sections) section.hidden = !section.querySelector('details:not([hidden])');
  });
}

fetch('/openapi/platform.json')
  .then(answer => answer.ok ? answer.json() : Promise.reject(new Error(`HTTP ${answer.status}`)))
  .then(show)
  .catch(error => document.getElementById('operations').replaceChildren(
    element('p', { class: 'warning', role: 'alert' }, ...both('接口文档读取失败。', `The document could not be read: ${error.message}`))));
