import type { IInstanceDraft } from '../../model/instancedraft';

/** What every group of options gets. */
export interface IOptionProps {
  draft: IInstanceDraft;
  change: (part: Partial<IInstanceDraft>) => void;
}
