// The host's side of the Teams JavaScript library, version 2: the tab asks by postMessage and is answered by id.
'use strict'

const portal = document.body.dataset.portal
const form = document.querySelector('form')
const frame = document.querySelector('iframe')
const lines = document.querySelector('ol')
const asked = new URLSearchParams(location.search)
const chosen = (name) => form.elements[name].value

let people = []
let hearsThemes = false
/** The window that the tab asked for, and how to answer it. */
let popup = null

function note(text) {
  const line = document.createElement('li')
  line.textContent = text
  lines.append(line)
  while (lines.children.length > 200) lines.firstChild.remove()
}

const person = () => people.find(({ username }) => username === chosen('user')) ?? people[0]

function context(frameContext) {
  const { tenant, objectId, username } = person()
  return {
    locale: chosen('locale'),
    theme: chosen('theme'),
    tid: tenant,
    userObjectId: objectId,
    userPrincipalName: username,
    loginHint: username,
    entityId: 'home',
    subEntityId: asked.get('subPageId') ?? '',
    hostClientType: chosen('client'),
    hostName: 'Teams',
    appSessionId: '00000000-0000-4000-8000-000000000001',
    sessionId: '00000000-0000-4000-8000-000000000002',
    frameContext,
  }
}

const runtime = JSON.stringify({
  apiVersion: 4,
  hostVersionsInfo: {},
  isLegacyTeams: false,
  supports: { pages: {}, app: {} },
})

async function token() {
  const wish = chosen('token')
  if (wish !== 'given') return [false, wish]
  const query = new URLSearchParams({ user: person().username, client: chosen('client') })
  const answer = await fetch(`/_simulator/teams-host/token?${query}`)
  const body = await answer.json()
  return answer.ok ? [true, body.token] : [false, body.error]
}

/** Opens a window for the tab; the answer comes when the window says how it went, or is closed. */
function authenticate([url, width, height], reply) {
  if (popup) popup.end(false, 'CancelledByUser')
  const address = new URL(url, portal)
  const opened = window.open(address, 'teams-authentication', `popup,width=${Number(width) || 600},height=${Number(height) || 535}`)
  if (!opened) return reply([false, 'FailedToOpenWindow'])
  const watch = setInterval(() => {
    if (opened.closed) popup?.end(false, 'CancelledByUser')
  }, 500)
  popup = {
    window: opened,
    end(...answer) {
      clearInterval(watch)
      popup = null
      reply(answer)
    },
  }
}

const answers = {
  initialize: (_, where) => [where, chosen('client'), runtime, '2.58.0'],
  getContext: (_, where) => [context(where)],
  'authentication.getAuthToken': token,
}
const heard = {
  registerHandler: ([what]) => {
    if (what === 'themeChange') hearsThemes = true
  },
  'appInitialization.appLoaded': () => {
    document.body.dataset.state = 'loaded'
  },
  'appInitialization.success': () => {
    document.body.dataset.state = 'ready'
  },
  'appInitialization.failure': () => {
    document.body.dataset.state = 'failed'
  },
  'app.openLink': ([url]) => window.open(url, '_blank', 'noopener'),
  executeDeepLink: ([url]) => window.open(url, '_blank', 'noopener'),
}

addEventListener('message', async ({ data, source, origin }) => {
  if (origin !== portal || typeof data?.func !== 'string') return
  const fromPopup = popup !== null && source === popup.window
  if (!fromPopup && source !== frame.contentWindow) return
  const { func, args = [] } = data
  note(func)
  const reply = (values) => source.postMessage({ id: data.id, uuidAsString: data.uuidAsString, args: values }, origin)
  if (fromPopup && func === 'authentication.authenticate.success') popup.end(true, args[0])
  else if (fromPopup && func === 'authentication.authenticate.failure') popup.end(false, args[0])
  else if (func === 'authentication.authenticate') authenticate(args, reply)
  else if (func in answers) reply(await answers[func](args, fromPopup ? 'authentication' : 'content'))
  else if (func in heard) heard[func](args)
})

/** Shows the tab anew, as Teams does when somebody else signs in or chooses another language. */
function showTab() {
  hearsThemes = false
  document.body.dataset.state = 'loading'
  frame.src = `${portal}/`
}

form.addEventListener('submit', (event) => event.preventDefault())
form.addEventListener('change', ({ target }) => {
  asked.set(target.name, target.value)
  history.replaceState(null, '', `?${asked}`)
  document.documentElement.dataset.theme = chosen('theme')
  if (target.name !== 'theme') return showTab()
  note(`themeChange ${chosen('theme')}`)
  if (hearsThemes) frame.contentWindow.postMessage({ func: 'themeChange', args: [chosen('theme')] }, portal)
})

async function start() {
  people = await (await fetch('/_simulator/personas')).json()
  for (const { name, username, role } of people) {
    const option = new Option(`${name}${role ? `, ${role}` : ''}`, username)
    form.elements.user.append(option)
  }
  form.elements.user.value = 'mette.holm@nordvind.example'
  for (const control of form.elements) {
    const wanted = asked.get(control.name)
    if (wanted !== null && [...control.options].some(({ value }) => value === wanted)) control.value = wanted
  }
  document.documentElement.dataset.theme = chosen('theme')
  showTab()
}

void start()
