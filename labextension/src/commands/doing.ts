import type { ActionName } from '../wire';

/** What commands do with an instance. */
export type Doing = ActionName | 'terminal';

/** The action whose verdict counts for it. */
export function verdictOf(doing: Doing): ActionName {
  return doing === 'terminal' ? 'open' : doing;
}
