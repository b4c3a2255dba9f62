import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { ErrorBoundary } from './components/ErrorBoundary';
import './styles.css';

// The boundary already shows the caught error with its details.
createRoot(document.getElementById('root')!, { onCaughtError: () => undefined }).render(
  <StrictMode>
    <ErrorBoundary what="The window">
      <App />
    </ErrorBoundary>
  </StrictMode>,
);
