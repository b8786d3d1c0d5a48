// The response of a request is read once, by the application.
import Anthropic from '@anthropic-ai/sdk';

// The SDK injects the context itself if a provider is registered. It copies its headers to do so, which sorts them.
export const unorderedHeaders = true;

export async function program({ span, base }) {
  const client = new Anthropic({ apiKey: 'key', baseURL: base, maxRetries: 0 });
  const ask = () => client.messages.create({ model: 'm', max_tokens: 1, messages: [] });
  const response = await span('response', ask).asResponse();
  return [await response.json(), (await span('parsed', ask)).id];
}
