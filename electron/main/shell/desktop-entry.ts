/** The file that makes a Linux desktop start the app at login. Pure: no Electron. */

/** freedesktop.org, Desktop Entry Specification. */
export function desktopEntry(program: string, args: readonly string[]): string {
  const command = [program, ...args, '--hidden'].map(quote).join(' ')
  return `[Desktop Entry]\nType=Application\nName=Benchkeeper\nExec=${command}\nX-GNOME-Autostart-enabled=true\n`
}

/** In quotes with `"`, backquote, `$` and `\` escaped, and every backslash once more because the value is a string; `%` is doubled. */
function quote(word: string): string {
  if (/^[\w./:=-]+$/.test(word)) return word
  const quoted = `"${word.replaceAll(/["`$\\]/g, '\\$&')}"`
  return quoted.replaceAll('\\', '\\\\').replaceAll('%', '%%')
}
