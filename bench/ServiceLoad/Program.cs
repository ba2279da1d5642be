// How the service bears load, on the loopback interface, with the service in a process of its own:
//   dotnet run -c Release --project bench/ServiceLoad load              many uploads at once, garbage, bombs, claims, slow
//                                                                     clients, clients that leave; health checks and memory meanwhile
//   dotnet run -c Release --project bench/ServiceLoad kills [SEED]      100 jobs on SQLite, the node killed at random moments;
//                                                                     the same by two nodes on PostgreSQL, where it is installed
// "serve MODEL PORT FOLDER [CONNECTION]" is the service itself.
using Microsoft.ML.MedicalSegmentation.Bench;

switch (args)
{
    case ["load"]:
        return await HostileLoad.Run();
    case ["kills", .. var rest]:
        var seed = rest is [var text] && int.TryParse(text, out var number) ? number : 1;
        return await KilledNodes.Run(seed, onPostgres: false) + await KilledNodes.Run(seed, onPostgres: true);
    case ["prepare", var folder]:
        ServedModelFile.Write(folder);
        return 0;
    case ["serve", var model, var port, var folder, .. var connection]:
        return await ServiceNode.Serve(model, port, folder, connection.FirstOrDefault());
    default:
        Console.Error.WriteLine("Use: load | kills [SEED]");
        return 2;
}
