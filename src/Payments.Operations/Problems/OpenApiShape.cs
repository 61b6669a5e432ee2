using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Payments.Contracts;

namespace Payments.Operations.Problems;

/// <summary>Says in the OpenAPI document how the values with converters of their own look.</summary>
internal static class OpenApiShape
{
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Payments", Version = "v1" };
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Shape(schema, Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
    }

    private static void Shape(OpenApiSchema schema, Type type)
    {
        if (type == typeof(Ulid))
        {
            schema.Type = JsonSchemaType.String;
            schema.Pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$";
            schema.Description = "A ULID.";
        }
        else if (type == typeof(Money))
        {
            schema.Type = JsonSchemaType.Object;
            schema.Required = new HashSet<string> { "amount", "currency" };
            schema.Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["amount"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Format = "int64",
                    Description = "Minor units.",
                },
                ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[A-Z]{3}$" },
            };
        }
        else if (type == typeof(PaymentRequested))
        {
            // Over HTTP both may be left out: the header has the key, and an id is made.
            schema.Required?.ExceptWith(["paymentId", "idempotencyKey"]);
        }
        else if (type == typeof(ProblemDetails))
        {
            schema.Properties?.Add("errors", BrokenRules());
        }
    }

    private static OpenApiSchema BrokenRules()
    {
        var text = new OpenApiSchema { Type = JsonSchemaType.String };
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Description = "The broken rules by field, where the status is 400.",
            Items = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string> { "field", "rule", "message" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["field"] = text,
                    ["rule"] = text,
                    ["message"] = text,
                },
            },
        };
    }
}
