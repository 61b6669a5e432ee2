// Judges GraphQL requests against the schema in a file. Each line of the input is the body of a request; each is answered
// with one line, a list of what is wrong with it.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { buildSchema, getOperationAST, getVariableValues, GraphQLError, parse, validate } from 'graphql';

const schema = buildSchema(readFileSync(process.argv[2], 'utf8'));
// A schema that is only text says nothing of its own scalars; this one's description does.
schema.getType('Amount').parseValue = (value) => {
  if (typeof value === 'string' && /^\d+(\.\d{2,3})?$/.test(value)) return value;
  throw new GraphQLError(`Amount is ${JSON.stringify(value)}; it must be a whole number or have two or three decimal places.`);
};

const judge = (line) => {
  const { query, operationName, variables = {} } = JSON.parse(line);
  const document = parse(query);
  const wrong = validate(schema, document).map((error) => error.message);
  const operation = getOperationAST(document, operationName);
  if (!operation) return [...wrong, `There is no operation ${operationName}.`];
  const declared = operation.variableDefinitions.map((definition) => definition.variable.name.value);
  for (const name of Object.keys(variables)) {
    if (!declared.includes(name)) wrong.push(`Variable ${name} is not declared.`);
  }
  const { errors = [] } = getVariableValues(schema, operation.variableDefinitions, variables);
  return [...wrong, ...errors.map((error) => error.message)];
};

for await (const line of createInterface({ input: process.stdin })) {
  let wrong;
  try {
    wrong = judge(line);
  } catch (error) {
    wrong = [error.message];
  }
  console.log(JSON.stringify(wrong));
}
