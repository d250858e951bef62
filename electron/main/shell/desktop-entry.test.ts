import { expect, test } from 'vitest'
import { desktopEntry } from './desktop-entry.ts'

const command = (program: string, ...args: string[]) => /^Exec=(.*)$/m.exec(desktopEntry(program, args))?.[1]

test('the app starts in the tray', () => {
  expect(desktopEntry('/opt/benchkeeper/benchkeeper', [])).toBe(
    '[Desktop Entry]\nType=Application\nName=Benchkeeper\nExec=/opt/benchkeeper/benchkeeper --hidden\nX-GNOME-Autostart-enabled=true\n',
  )
})

test('a path stays one word whatever is in it', () => {
  expect(command('/home/ada/My Apps/bench.AppImage')).toBe('"/home/ada/My Apps/bench.AppImage" --hidden')
  expect(command('/opt/e', '/home/100%/$lab')).toBe('/opt/e "/home/100%%/\\\\$lab" --hidden')
})
