/** Says in a person's words why a folder cannot be used. */

import { hasCode } from './codes.ts'
import { DataFolderUnusable } from './errors.ts'

/** Anything else comes back as it was. */
export function inWords(error: unknown, folder: string): unknown {
  const say = (sentence: string) => new DataFolderUnusable(sentence, { cause: error })
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS'))
    return say(`The data folder ${folder} or the one around it cannot be written: check who may write there.`)
  if (hasCode(error, 'EEXIST', 'ENOTDIR', 'ENOENT', 'ELOOP')) return say(`${folder} is not a folder that can be opened.`)
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) return say(`There is no space left for the data folder ${folder}.`)
  return error
}
