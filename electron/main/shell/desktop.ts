/** The desktop app put together: settings, the lab's thread, the window, and everything around them. */

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { app, dialog, session, shell } from 'electron'
import type { ShellInput, ShellPush, ShellSettings } from '../../../shared/contract/shell.ts'
import { type Options, parseOptions, WrongOption } from '../backend/options.ts'
import { showAbout } from './about.ts'
import { serveApp } from './app-protocol.ts'
import type { CommandLine } from './command-line.ts'
import { asVariables, type DesktopSettings, openSettings } from './desktop-settings.ts'
import { limitDownloads } from './downloads.ts'
import { folders, logFile, personalFolder, shellLogFile } from './folders.ts'
import { sendToPage } from './ipc.ts'
import { createLabHost, type LabState } from './lab-host.ts'
import { setMenu } from './menu.ts'
import { notify } from './notify.ts'
import { joinPages } from './page-lines.ts'
import { createQuit } from './quit.ts'
import { lockContents, lockSession, openOutside } from './security.ts'
import { note } from './shell-log.ts'
import { answerShell, type ShellHandlers, ShellRefusal } from './shell-methods.ts'
import { setStartAtLogin, wasStartedAtLogin } from './start-at-login.ts'
import { createStayAwake } from './stay-awake.ts'
import { exitCodeOf, tellTerminal } from './tell-terminal.ts'
import { type BenchTray, createTray } from './tray.ts'
import { troubleOf } from './trouble.ts'
import { type MainWindow, openWindow } from './window.ts'

export type Desktop = {
  /** When Electron is ready. */
  open(): void
  /** Somebody started the program again. */
  showAgain(): void
}

/** Starts the lab at once: it comes up while Electron gets ready for a window. */
export function createDesktop({ flags, hidden }: CommandLine, version: string): Desktop {
  const settings = openSettings(join(personalFolder(), 'desktop.json'))
  const stayAwake = createStayAwake()
  let window: MainWindow | undefined
  let tray: BenchTray | undefined
  let toldOfBackground = false

  const host = createLabHost(
    {
      version,
      folders,
      logFile: logFile(),
      workerFile: folders.worker,
    },
    {
      changed(state) {
        // A lab that has opened, or waits for its server, is the one that pages are joined to.
        if (state.kind !== 'running' && state.kind !== 'waiting') lines.cut()
        tellTerminal(state)
        present(state)
      },
      bench(bench) {
        stayAwake(bench.active > 0)
        tray?.update(host.state, bench)
      },
      notice: (notice) => notify(notice, () => showWindow(`#/workflows/${encodeURIComponent(notice.workflowId)}`)),
    },
  )
  const quit = createQuit({
    active: () => host.bench.active,
    window: () => window?.window,
    async close() {
      window?.rememberPlace()
      tray?.close()
      tray = undefined
      await host.close()
    },
    exitCode: () => exitCodeOf(host.state),
  })
  const services = () => (host.state.kind === 'running' ? [host.state.urls.device, host.state.urls.workflow] : [])
  lockContents({ services })

  const lines = joinPages(
    () => (host.state.kind === 'starting' || host.state.kind === 'running' ? host.connect() : undefined),
    (method, input) => answerShell(handlers, method, input),
  )
  const handlers: ShellHandlers = {
    'shell.settings': () => shellSettings(),
    'shell.change_settings': (changes) => changeSettings(changes),
    'shell.trouble': () => troubleOf(host.state, logFile(), shellLogFile()) ?? null,
    'shell.solve': ({ solution, port }) => done(solve(solution, port)),
    'shell.show_log': () => done(showLog()),
    'shell.quit': () => done(void quit.ask()),
  }

  // Electron would stop everything with a dialog about JavaScript. The lab is in a thread of its own and goes on.
  process.on('uncaughtException', (error) => note('a fault in the app around the lab', error))
  start(readOptions(flags, process.env))

  function readOptions(given: readonly string[], environment: NodeJS.ProcessEnv): Options | undefined {
    try {
      return parseOptions(given, { ...asVariables(settings.current), ...environment }, version)
    } catch (error) {
      if (!(error instanceof WrongOption)) throw error
      host.refuse(error.message)
      return undefined
    }
  }

  function start(options: Options | undefined): void {
    if (options) void host.start(options)
  }

  function present(state: LabState): void {
    tray?.update(state, host.bench)
    if (!window || quit.ending) return
    const hasTrouble = state.kind === 'failed' || state.kind === 'died'
    window.show(hasTrouble || state.kind === 'waiting' ? 'trouble' : 'index')
    if (state.kind === 'waiting') sendToPage(window.window.webContents, { push: { topic: 'shell.trouble' } satisfies ShellPush })
    if (hasTrouble && app.isReady()) window.focus()
    setMenuAnew()
  }

  async function solve(solution: Parameters<ShellHandlers['shell.solve']>[0]['solution'], port: number | undefined): Promise<void> {
    if (solution === 'restart_program') {
      // The file of an AppImage; what it unpacked itself to is gone with this process.
      const { APPIMAGE: image } = process.env
      app.relaunch({ args: process.argv.slice(1), ...(image ? { execPath: image } : {}) })
      return quit.now()
    }
    const { state, options } = host
    if (solution === 'drop_flags') return startAsUsual()
    if (!options) return
    if (solution === 'choose_folder') {
      const dataDir = await chooseFolder(options.dataDir)
      if (dataDir === undefined) return
      keep({ dataDir })
      return start({ ...options, dataDir })
    }
    if (solution === 'choose_port' && state.kind === 'failed' && state.failure.cause === 'port' && state.failure.port) {
      const { name } = state.failure.port
      const chosen = port ?? 0
      const holder = serviceOn(chosen, options, name)
      if (holder) throw new ShellRefusal(`Port ${chosen} is for the ${holder} of this lab: each service needs a port of its own.`)
      keep({ ports: { ...settings.current.ports, [name]: chosen } })
      return start({ ...options, [`${name}Port`]: chosen })
    }
    start(options)
  }

  /** With what was chosen for good, unless that is what is wrong: ports that were chosen one by one may be the same. */
  function startAsUsual(): void {
    const environment = withoutOurs(process.env)
    try {
      parseOptions([], { ...asVariables(settings.current), ...environment }, version)
    } catch (error) {
      if (!(error instanceof WrongOption)) throw error
      keep({ ports: undefined })
    }
    start(readOptions([], environment))
  }

  /** What is chosen holds now, also when it cannot be stored for the next time. */
  function keep(changes: Pick<DesktopSettings, 'dataDir' | 'ports'>): void {
    try {
      settings.change(changes)
    } catch (error) {
      note('what was chosen could not be stored', error)
    }
  }

  async function chooseFolder(before: string): Promise<string | undefined> {
    const { filePaths } = await dialog.showOpenDialog({
      title: 'A folder for the lab’s data',
      defaultPath: dirname(before),
      properties: ['openDirectory', 'createDirectory'],
    })
    return filePaths[0]
  }

  const shellSettings = () => ({ keepRunning: settings.current.keepRunning, startAtLogin: settings.current.startAtLogin })

  /** The menu and the page both show what then holds, also when it could not be stored. */
  function changeSettings(changes: ShellInput<'shell.change_settings'>): ShellSettings {
    try {
      if (changes.startAtLogin !== undefined) setStartAtLogin(changes.startAtLogin)
      settings.change(Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)))
    } catch (error) {
      note('a setting could not be stored', error)
      throw new ShellRefusal(`That could not be stored on this computer: ${error instanceof Error ? error.message : String(error)}.`)
    } finally {
      setMenuAnew()
      if (window)
        sendToPage(window.window.webContents, { push: { topic: 'shell.settings', settings: shellSettings() } satisfies ShellPush })
    }
    return shellSettings()
  }

  function changeByMenu(changes: ShellInput<'shell.change_settings'>): void {
    try {
      changeSettings(changes)
    } catch (error) {
      if (!(error instanceof ShellRefusal)) throw error
      void dialog.showMessageBox({ type: 'error', message: error.message })
    }
  }

  function openDocs(service: 'device' | 'workflow'): void {
    if (host.state.kind === 'running') openOutside(`${host.state.urls[service]}/docs`, { services })
  }

  function showWindow(hash?: string): void {
    if (hash && host.state.kind === 'running') window?.show('index', hash)
    window?.focus()
  }

  function showLog(): void {
    shell.showItemInFolder(existsSync(logFile()) ? logFile() : shellLogFile())
  }

  function setMenuAnew(): void {
    const dataDir = host.options?.databaseUrl === undefined ? host.options?.dataDir : undefined
    setMenu({
      goTo: (screen) => showWindow(`#${screen}`),
      openDocs,
      showDataFolder: dataDir === undefined ? undefined : () => shell.showItemInFolder(dataDir),
      showLog,
      showAbout: () => showAbout(version),
      settings: shellSettings,
      change: changeByMenu,
    })
  }

  return {
    open() {
      lockSession(session.defaultSession)
      limitDownloads(session.defaultSession)
      serveApp(session.defaultSession, folders.pages)
      window = openWindow(settings, { hidden: hidden || wasStartedAtLogin() })
      window.window.on('close', (event) => {
        if (quit.ending) return
        event.preventDefault()
        if (!settings.current.keepRunning) return void quit.ask()
        window?.rememberPlace()
        window?.window.hide()
        if (!toldOfBackground)
          notify({ title: 'Benchkeeper keeps running', body: 'The lab goes on. Its sign in the tray opens the window again.' }, showWindow)
        toldOfBackground = true
      })
      window.window.on('session-end', () => void quit.now())
      app.on('activate', () => showWindow())
      present(host.state)
      tray = createTray({ show: () => showWindow(), quit: () => void quit.ask() })
      tray.update(host.state, host.bench)
    },
    showAgain: () => showWindow(),
  }
}

const namesOfServices = { device: 'device service', workflow: 'workflow service', ui: 'page in browsers', psql: 'psql port' } as const
const portNames = ['device', 'workflow', 'ui', 'psql'] as const

/** @returns which other service of ours has the port */
function serviceOn(port: number, options: Options, own: (typeof portNames)[number]): string | undefined {
  if (port === 0) return undefined
  const other = portNames.find((name) => name !== own && options[`${name}Port`] === port)
  return other && namesOfServices[other]
}

/** Whatever else the computer is set up for, such as where programs keep their data, stays. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(LAB_|DATABASE_URL$)/.test(name)))
}

/** The answer of a method that has nothing to tell. */
async function done(work: unknown): Promise<Record<string, never>> {
  await work
  return {}
}
