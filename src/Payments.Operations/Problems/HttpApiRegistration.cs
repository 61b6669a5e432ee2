using System.Text.Json.Serialization;
using Payments.Contracts;

namespace Payments.Operations.Problems;

/// <summary>
/// What every route shares: JSON as in the contracts, problem+json for every error, the OpenAPI document.
/// </summary>
internal static class HttpApiRegistration
{
    public static void AddHttpApi(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling = ContractJson.Options.NumberHandling;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<OutageHandler>();
        builder.Services.AddOpenApi("v1", OpenApiShape.Configure);
    }

    public static void UseHttpApi(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapOpenApi("/openapi/{documentName}.json");
    }
}
