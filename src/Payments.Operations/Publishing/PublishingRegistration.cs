using Microsoft.OpenApi;
using Payments.Contracts;
using Payments.Operations.Problems;

namespace Payments.Operations.Publishing;

/// <summary>
/// Payments over HTTP: the same as publishing <see cref="PaymentRequested"/>, with an answer that can be repeated.
/// </summary>
internal static class PublishingRegistration
{
    public static void AddPublishing(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HttpRequestTable>();
        builder.Services.AddSingleton<PaymentTaking>();
    }

    public static void MapPublishing(this WebApplication app) =>
        app.MapPost("/v1/payments", PublishPaymentEndpoint.Handle)
            .WithTags("Publish").WithName("PublishPayment")
            .WithSummary("Requests a payment. Needs the header Idempotency-Key; paymentId may be left out.")
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = PostedPayment.KeyHeader,
                    In = ParameterLocation.Header,
                    Required = true,
                    Description = "One key is one payment, for ever. The same request under it gets the same answer.",
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String,
                        MinLength = 1,
                        MaxLength = PostedPayment.MaxKeyLength,
                    },
                });
                return Task.CompletedTask;
            })
            .Accepts<PaymentRequested>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
