using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Payments.Executor.Executing;
using Payments.Executor.Psp;
using Payments.Hosting;

namespace Payments.Benchmark.Psp;

/// <summary>
/// The executor, composed as its own <c>Program.cs</c> composes it, but for the handler below its HTTP clients: that one
/// is <see cref="FreePspHandler"/> and opens no socket. The product has no switch for this.
/// </summary>
internal static class FreePspExecutor
{
    public const string Verb = "executor";

    public static async Task<int> Run()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults("executor");
        builder.Services.AddExecuting(builder.Configuration);
        builder.Services.AddSingleton(AnsweredInside);

        var app = builder.Build();
        return await app.RunService([]);
    }

    private static PspConnections AnsweredInside(IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var connections = new PspConnections(
            services.GetRequiredService<IOptions<PspOptions>>(), time, services.GetRequiredService<ILoggerFactory>());
        foreach (var client in ClientsOf(connections))
        {
            HandlerOf(client).Dispose();
            HandlerOf(client) = new FreePspHandler(time);
        }

        return connections;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_clients")]
    private static extern ref List<HttpClient> ClientsOf(PspConnections connections);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_handler")]
    private static extern ref HttpMessageHandler HandlerOf(HttpMessageInvoker client);
}
