// Ids and personal data of a request, as the routes use them.
export { derivedId, keepContent } from '../../store/contents.ts';
