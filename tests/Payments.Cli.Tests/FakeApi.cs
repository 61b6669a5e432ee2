using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Payments.Contracts;

namespace Payments.Cli.Tests;

/// <summary>An HTTP server of its own that answers as a test wants it, and keeps what it was asked.</summary>
internal sealed class FakeApi : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeApi(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public List<string> Requests { get; } = [];

    public static async Task<FakeApi> Start(Func<HttpRequest, string, IResult> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var api = new FakeApi(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            var request = context.Request;
            api.Requests.Add($"{request.Method} {request.Path}{request.QueryString} {body}".TrimEnd());
            await answer(request, body).ExecuteAsync(context);
        });
        await app.StartAsync();
        return api;
    }

    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) =>
        Results.Json(value, ContractJson.Options, statusCode: status);

    public static IResult Problem(int status, string title, string detail) =>
        Results.Json(new { title, detail, status }, ContractJson.Options, "application/problem+json", status);

    public Payctl Payctl() => new Payctl().With(Shell.UrlVariable, Address);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
