using Microsoft.AspNetCore.Http.Features;

namespace Payments.Executor.Hearing;

/// <summary>
/// <c>POST /webhooks/{connection}</c>, or <c>{psp}</c>, which tries each of the PSP's connections. Answers when the
/// notification is stored, before anything is made of it.
/// </summary>
internal static class WebhookEndpoint
{
    /// <summary>More than any PSP sends.</summary>
    public const int LongestBody = 256 * 1024;

    /// <summary>What Adyen wanted to read, and no PSP minds.</summary>
    private const string Acknowledgement = "[accepted]";

    private const string RetryAfterSeconds = "30";

    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        app.MapPost("/webhooks/{connection}", Take);
        app.MapGet("/webhooks/{connection}", Probe);
    }

    private static async Task<IResult> Take(string connection, HttpContext http, WebhookIntake intake)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = LongestBody;
        byte[] body;
        try
        {
            body = await Read(http.Request.Body, http.RequestAborted);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Results.StatusCode(exception.StatusCode);
        }

        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var answer = await intake.Take(connection, new Psp.WebhookDelivery(headers, body));
        if (answer == WebhookAnswer.Unavailable)
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return answer switch
        {
            WebhookAnswer.Stored or WebhookAnswer.Duplicate => Results.Text(Acknowledgement),
            WebhookAnswer.Refused => Results.StatusCode(StatusCodes.Status401Unauthorized),
            WebhookAnswer.NotConfigured => Results.StatusCode(StatusCodes.Status404NotFound),
            WebhookAnswer.Unavailable => Results.StatusCode(StatusCodes.Status503ServiceUnavailable),
        };
    }

    private static IResult Probe(string connection, HttpRequest request, WebhookIntake intake) =>
        intake.AnswerProbe(connection, name => request.Query[name].FirstOrDefault()) is { } answer
            ? Results.Text(answer)
            : Results.StatusCode(StatusCodes.Status404NotFound);

    private static async Task<byte[]> Read(Stream stream, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }
}
