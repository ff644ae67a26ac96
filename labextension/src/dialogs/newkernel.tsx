import React from 'react';
import { ApiError } from '../errors';
import {
  draftOf,
  FIRST_KERNEL,
  type IKernelDraft,
  isAskable,
  kernelRequestOf,
  sourceField
} from '../model/kerneldraft';
import { nameInFile } from '../model/packagewords';
import { useAnswer } from '../ui/answer';
import { type IFace, useFace, useResource } from '../ui/context';
import type { Job, KernelRequest, LanguageChoice } from '../wire';
import { FormError, Problem } from './field';
import { Changes, Forecast } from './forecast';
import { Choices, type Problems, ProblemsProvider, reveal, TextField } from './form';
import { type IFormProps, showForm } from './formdialog';
import { KernelOptions } from './kernel/options';
import { KernelSourceFields } from './kernel/source';

const EXAMPLE_NAME = 'newenv';
const PYTHON = 'Python';
const FALLBACK: LanguageChoice[] = [
  { name: 'python', title: PYTHON, packages: [], has_version: true, versions: [] }
];

/** What the form begins with. */
export interface INewKernelStart {
  existing?: string;
  clone?: string;
  packages?: string;
  /** Text of an environment.yml or a lock file. */
  file?: string;
  /** An earlier request that shall be changed. */
  request?: KernelRequest;
}

/**
 * Ask what a new kernel shall be, and begin to make it. Gives the job, or `null`.
 */
export async function newKernel(face: IFace, start: INewKernelStart = {}): Promise<Job | null> {
  const { model, trans } = face;
  const languages = await model.api.languages().catch(() => FALLBACK);
  return showForm<Job>(
    face,
    props => <NewKernelForm {...props} start={start} languages={languages} />,
    {
      title: start.clone ? trans.__('Clone environment') : trans.__('New kernel'),
      accept: start.clone ? trans.__('Clone') : trans.__('Create'),
      wide: true,
      trans
    }
  );
}

function NewKernelForm(
  props: IFormProps<Job> & { start: INewKernelStart; languages: LanguageChoice[] }
): React.JSX.Element {
  const { model, trans } = useFace();
  const { bind, start } = props;
  const root = React.useRef<HTMLDivElement>(null);
  const environments = useResource(model.environments).value ?? [];
  const [draft, setDraft] = React.useState<IKernelDraft>(() =>
    start.request
      ? draftOf(start.request)
      : {
          ...FIRST_KERNEL,
          source: start.file
            ? 'file'
            : start.existing
              ? 'existing'
              : start.clone
                ? 'clone'
                : 'packages',
          file: start.file ?? '',
          name: start.file ? nameInFile(start.file) : '',
          base: start.existing || start.clone || environments[0]?.prefix || '',
          packages: start.packages ?? ''
        }
  );
  const [typing, setTyping] = React.useState(false);
  const [nameless, setNameless] = React.useState(false);
  const [refusal, setRefusal] = React.useState<ApiError | null>(null);
  const change = (part: Partial<IKernelDraft>) => {
    setDraft(before => {
      const after = { ...before, ...part };
      // A file often says how its environment is called.
      return part.file && !after.name ? { ...after, name: nameInFile(part.file) } : after;
    });
    setRefusal(null);
    setNameless(false);
  };
  React.useEffect(() => {
    void model.environments.refresh();
  }, [model]);
  // What the channels have of each language takes a moment: it comes when it comes.
  const languages = useAnswer('versions', () => model.api.languages(true)).value ?? props.languages;

  const request = kernelRequestOf(draft);
  const asked = isAskable(draft);
  const answer = useAnswer(
    asked ? JSON.stringify(request) : null,
    question => model.api.previewKernel(JSON.parse(question) as KernelRequest),
    600
  );
  const source = sourceField(draft);
  const found = refusal ?? (answer.current ? answer.error : null);
  // A name that is still being typed is not wrong yet.
  const error = typing && draft.source === 'packages' && isOfPackages(found) ? null : found;
  const fields = ['name', 'display_name', 'language', 'version', 'pip', 'channels', 'scope'];
  const told = [...fields, 'engine', source].includes(error?.field ?? '');
  const problems: Problems =
    error?.field && told ? { [error.field]: <Problem error={error} /> } : {};

  bind(async () => {
    if (!draft.name.trim()) {
      setNameless(true);
      reveal(root.current, 'name');
      return null;
    }
    setTyping(false);
    try {
      setRefusal(null);
      if (!answer.current || answer.error) {
        await check(model.api, request);
      }
      return await model.api.createKernel(request);
    } catch (reason) {
      const refused = ApiError.from(reason);
      setRefusal(refused);
      reveal(root.current, refused.field ?? '');
      return null;
    }
  });

  const language = languages.find(each => each.name === draft.language);
  const usual =
    answer.current && answer.value?.display_name
      ? answer.value.display_name
      : draft.name
        ? `${language?.title ?? PYTHON} (${draft.name})`
        : '';
  const taken = environments.some(each => each.name.toLowerCase() === draft.name.toLowerCase());
  return (
    <ProblemsProvider value={problems}>
      <div ref={root} className="jp-CIManager-formBody">
        <div className="jp-CIManager-pair">
          <TextField
            field="name"
            label={trans.__('Name')}
            autofocus
            placeholder={EXAMPLE_NAME}
            value={draft.name}
            onChange={name => change({ name })}
            problem={
              taken && draft.source !== 'existing' && draft.name
                ? trans.__('There is an environment of that name.')
                : nameless
                  ? trans.__('Give it a name.')
                  : ''
            }
            help={
              asked && answer.current && answer.value ? (
                <span className="jp-CIManager-good">{trans.__('This name is free.')}</span>
              ) : (
                trans.__('Letters, digits, dashes, dots and underscores.')
              )
            }
          />
          <TextField
            field="display_name"
            label={trans.__('Display name')}
            value={draft.shown ?? usual}
            onChange={shown => change({ shown })}
          />
        </div>
        <Choices
          field="source"
          label={trans.__('Made from')}
          value={draft.source}
          onChange={chosen => change({ source: chosen })}
          options={[
            ['packages', trans.__('packages')],
            ['file', trans.__('a file')],
            ['existing', trans.__('existing environment')],
            ['clone', trans.__('a copy of an environment')]
          ]}
        />
        <KernelSourceFields
          draft={draft}
          change={change}
          languages={languages}
          environments={environments}
          checking={asked && !answer.current}
          onTyping={setTyping}
        />
        <KernelOptions draft={draft} change={change} preview={answer.value} />
        {answer.current && answer.value && answer.value.changes.length > 0 && (
          <details className="jp-CIManager-more">
            <summary>
              {trans._n('Show %1 package', 'Show all %1 packages', answer.value.changes.length)}
            </summary>
            <Changes changes={answer.value.changes} />
          </details>
        )}
        {refusal && !told && <FormError error={refusal} />}
      </div>
      <Forecast answer={answer} asked={asked} told={told || refusal !== null || found !== error} />
    </ProblemsProvider>
  );
}

/** Whether an error is about which packages there are. */
function isOfPackages(error: ApiError | null): boolean {
  return (
    error?.code === 'unsolvable' ||
    error?.code === 'package_not_found' ||
    error?.field === 'packages'
  );
}

/**
 * Have a request checked before a job is begun with it; throws what speaks against it. Where the
 * check itself cannot be done, the job finds out.
 */
async function check(api: IFace['model']['api'], request: KernelRequest): Promise<void> {
  try {
    await api.previewKernel(request);
  } catch (reason) {
    const error = ApiError.from(reason);
    if (error.status >= 400 && error.status < 500) {
      throw error;
    }
  }
}
