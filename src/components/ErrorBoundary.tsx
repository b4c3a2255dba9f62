import { Component, type ReactNode } from 'react';
import { ErrorText } from './ErrorText';
import { Button } from './ui/Button';
import { Callout } from './ui/Callout';

type ErrorBoundaryProps = {
  /** The name of the failed content, as the subject of a sentence. */
  what: string;
  /** The content's identity; a new value renders the children again. */
  shown?: unknown;
  children: ReactNode;
};
type Caught = { error?: unknown; shown?: unknown };

/** Shows an error message in place of content that failed to render; the rest of the page stays. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, Caught> {
  override state: Caught = {};

  static getDerivedStateFromError(error: unknown): Caught {
    return { error };
  }

  static getDerivedStateFromProps({ shown }: ErrorBoundaryProps, state: Caught): Caught | null {
    return shown === state.shown ? null : { error: undefined, shown };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Callout
        tone="error"
        role="alert"
        className="my-1"
        aside={<Button onClick={() => this.setState({ error: undefined })}>Try again</Button>}
      >
        <ErrorText
          error={{
            code: 'NotShown',
            message: `${this.props.what} cannot be shown.`,
            action:
              'Your files are not touched. Try again; if it happens again, please report it with the details.',
            details: error instanceof Error ? (error.stack ?? String(error)) : String(error),
          }}
        />
      </Callout>
    );
  }
}
